namespace RemoteLlm.Connector.Servers.Lookup;

/// <summary>What came of one tiny request to a server.</summary>
/// <param name="Model">The model that was tried.</param>
/// <param name="Problem">What went wrong, in one line; null when all went well.</param>
public sealed record ServerTrial(TrialModel Model, string? Problem)
{
    /// <summary>From the request to the end of the answer.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>From the request to the first token; null for embeddings, and where the answer came whole.</summary>
    public TimeSpan? FirstToken { get; init; }

    /// <summary>Tokens of the answer, as the server counts them, else pieces that came; 0 for embeddings.</summary>
    public long Tokens { get; init; }

    /// <summary>Speed between the first token and the end; null where there are too few to tell.</summary>
    public double? TokensPerSecond => FirstToken is { } first && Tokens > 1 && Took > first ? (Tokens - 1) / (Took - first).TotalSeconds : null;
}
