using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>One user as the files have him.</summary>
/// <param name="Name">The GitLab user name; case does not count.</param>
/// <param name="GitLabId">GitLab's immutable number, where known.</param>
/// <param name="Role">What he may do beside using models.</param>
/// <param name="Blocked">Known but refused.</param>
/// <param name="Pending">Not approved yet.</param>
/// <param name="Limits">For each of his keys, defaults worked in.</param>
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
    IReadOnlyList<KeyRecord> Keys);
