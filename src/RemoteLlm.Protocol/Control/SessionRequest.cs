namespace RemoteLlm.Protocol.Control;

/// <summary>What a connector says of itself when it opens a session.</summary>
/// <param name="MinVersion">Lowest version of the control contract that it speaks.</param>
/// <param name="MaxVersion">Highest version of the control contract that it speaks.</param>
/// <param name="Software">Its release, such as <c>0.1.0</c>; for people only.</param>
/// <param name="Instance">Random name of this process: two processes with one token differ here. At most 64 characters.</param>
/// <param name="Inventory">The models that it serves now.</param>
/// <param name="Session">Session to take over; null for a new one.</param>
/// <param name="Secret">Secret of that session. Must not reach a log.</param>
/// <param name="RosterRevision">Revision of the roster that it has in force; null before the first. A broker that knows what has changed since sends only that.</param>
public sealed record SessionRequest(
    int MinVersion, int MaxVersion, string Software, string Instance, ModelInventory Inventory, string? Session = null, string? Secret = null, long? RosterRevision = null)
{
    /// <summary>The secret is left out.</summary>
    public override string ToString() => $"session request of {Instance} ({Software}), control {MinVersion}..{MaxVersion}";
}
