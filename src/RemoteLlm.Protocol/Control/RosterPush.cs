using System.Text.Json.Serialization;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Control;

/// <summary>
/// A roster on its way to one connector: all of it, or what has changed since a revision that the connector has. A user is the unit of change: one who is listed replaces what was known of
/// that user, keys included.
/// </summary>
/// <param name="Revision">Grows with every change of the broker's users; the connector acknowledges it.</param>
/// <param name="Since">The revision that the changes are to be applied to; null for a whole roster. A connector that has another one answers with a revision of -1, and gets a whole one.</param>
/// <param name="Terms">What users may do; those that are the same for many are sent once.</param>
/// <param name="Users">Users, each by its name once.</param>
/// <param name="Gone">Names of users who are no longer there; empty in a whole roster.</param>
public sealed record RosterPush(long Revision, long? Since, IReadOnlyList<RosterTerms> Terms, IReadOnlyList<RosterUser> Users, IReadOnlyList<string> Gone);

/// <summary>What a user may do.</summary>
/// <param name="Limits">How often, by all keys together, at this connector.</param>
public sealed record RosterTerms(RequestLimits Limits)
{
    /// <inheritdoc cref="RosterEntry.Models"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Models { get; init; }

    /// <inheritdoc cref="RosterEntry.Budget"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Budget? Budget { get; init; }

    /// <inheritdoc cref="RosterEntry.Weight"/>
    public double Weight { get; init; } = 1;

    /// <inheritdoc cref="RosterEntry.Blocked"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Blocked { get; init; }

    /// <inheritdoc cref="RosterEntry.IsOperator"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsOperator { get; init; }
}

/// <summary>A user.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="Terms">What the user may do: the place in <see cref="RosterPush.Terms"/>.</param>
/// <param name="Keys">The user's keys.</param>
public sealed record RosterUser(
    [property: JsonPropertyName("n")] string Name, [property: JsonPropertyName("t")] int Terms, [property: JsonPropertyName("k")] IReadOnlyList<RosterKey> Keys);

/// <summary>One key of a user. Its members are a letter each: a roster has ten thousand of them.</summary>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Fingerprint"><see cref="RosterEntry.Fingerprint"/>.</param>
public sealed record RosterKey([property: JsonPropertyName("n")] string Name, [property: JsonPropertyName("f")] KeyDigest Fingerprint)
{
    /// <inheritdoc cref="RosterEntry.ExpiresAt"/>
    [JsonPropertyName("e")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <inheritdoc cref="RosterEntry.Class"/>
    [JsonPropertyName("c")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public RequestClass Class { get; init; }
}
