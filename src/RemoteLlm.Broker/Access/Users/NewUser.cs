namespace RemoteLlm.Broker.Access.Users;

/// <summary>A user about to be listed.</summary>
/// <param name="Name">The GitLab user name.</param>
public sealed record NewUser(string Name)
{
    /// <summary>GitLab's immutable number; null where unknown.</summary>
    public long? GitLabId { get; init; }

    /// <summary>What he may do beside using models.</summary>
    public UserRole Role { get; init; }

    /// <summary>Whether he waits for an operator's approval.</summary>
    public bool Pending { get; init; }
}
