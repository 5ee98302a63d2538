namespace RemoteLlm.Connector.Status;

/// <summary>What one user has waiting at a server, of one class.</summary>
/// <param name="User">The user; empty for requests that belong to none.</param>
/// <param name="Class">The class: <c>interactive</c> or <c>batch</c>.</param>
/// <param name="Waiting">How many requests.</param>
/// <param name="Position">The place of the first of them in the server's fair order, 1 for the next one.</param>
public sealed record QueueStanding(string User, string Class, int Waiting, int Position)
{
    /// <summary>What that one is still to wait, by how fast requests left the server lately, seconds; null when that is not known.</summary>
    public double? Wait { get; init; }
}
