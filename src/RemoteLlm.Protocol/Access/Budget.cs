namespace RemoteLlm.Protocol.Access;

/// <summary>How much one user may use in a day and in a month, by the broker's calendar (UTC), at all connectors and by all keys together. 0 = no limit.</summary>
/// <param name="TokensPerDay">Tokens of prompts and answers, a day.</param>
/// <param name="TokensPerMonth">Tokens of prompts and answers, a month.</param>
/// <param name="CostPerDay">US dollars a day.</param>
/// <param name="CostPerMonth">US dollars a month.</param>
public sealed record Budget(long TokensPerDay, long TokensPerMonth, decimal CostPerDay, decimal CostPerMonth)
{
    /// <summary>No limit.</summary>
    public static Budget None { get; } = new(0, 0, 0, 0);

    /// <summary>Whether nothing is limited.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsNone => this == None;
}
