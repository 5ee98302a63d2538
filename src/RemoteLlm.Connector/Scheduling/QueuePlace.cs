using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>Where a request stands that waits.</summary>
/// <param name="Position">Its place in the fair order of the server at which it will be served soonest, 1 for the next one. It may grow, when others come who have had less.</param>
/// <param name="Wait">What is still to wait, by how fast requests left lately; null when that is not known.</param>
internal readonly record struct QueuePlace(int Position, TimeSpan? Wait);

/// <summary>What a user has waiting at a server.</summary>
/// <param name="User">The user; empty for requests without one.</param>
/// <param name="Class">Of which class.</param>
/// <param name="Waiting">How many requests.</param>
/// <param name="First">Where the first of them stands.</param>
internal readonly record struct QueuedUser(string User, RequestClass Class, int Waiting, QueuePlace First);
