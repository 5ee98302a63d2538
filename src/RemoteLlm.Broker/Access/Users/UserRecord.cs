using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>One user as the files have him. Compared by value, keys included: equal before and after an edit means that the edit was about others.</summary>
/// <param name="Name">The GitLab user name; case does not count.</param>
/// <param name="GitLabId">GitLab's immutable number, where known.</param>
/// <param name="Role">What he may do beside using models.</param>
/// <param name="Blocked">Known but refused.</param>
/// <param name="Pending">Not approved yet.</param>
/// <param name="Limits">What all his keys together may do at one connector, defaults worked in.</param>
/// <param name="Models">Globs of the models allowed; null = all.</param>
/// <param name="CreatedAt">When he was added, if known.</param>
/// <param name="Keys">His keys, those of the environment included.</param>
public sealed record UserRecord(
    string Name,
    long? GitLabId,
    UserRole Role,
    bool Blocked,
    bool Pending,
    RequestLimits Limits,
    IReadOnlyList<string>? Models,
    DateTimeOffset? CreatedAt,
    IReadOnlyList<KeyRecord> Keys)
{
    /// <summary>What he may use in a day and in a month, at all connectors together, defaults worked in.</summary>
    public Budget Budget { get; init; } = Budget.None;

    /// <summary>His share in the fair queue, relative to those of others; more than 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The limits that his entry states itself, for those who edit it.</summary>
    public LimitFields Own { get; init; } = LimitFields.None;

    /// <summary>Whether he has an entry in the file; one whom only the environment knows has none, and nothing of him can be edited.</summary>
    public bool IsListed { get; init; } = true;

    /// <summary>Globs of the models allowed; null = all.</summary>
    public IReadOnlyList<string>? Models { get; init => field = ListedValues.Of(value); } = ListedValues.Of(Models);

    /// <summary>His keys, those of the environment included.</summary>
    public IReadOnlyList<KeyRecord> Keys { get; init => field = ListedValues.Of(value); } = ListedValues.Of(Keys);
}
