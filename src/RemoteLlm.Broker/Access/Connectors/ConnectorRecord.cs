using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Connectors;

/// <summary>One connector that may sign in.</summary>
/// <param name="Name">Its name, which is its id everywhere.</param>
/// <param name="Prefix">The first characters of its token, to recognise it by.</param>
/// <param name="TokenDigest">SHA-256 of its token.</param>
/// <param name="Blocked">Known but refused.</param>
/// <param name="CreatedAt">When it was added, if known.</param>
public sealed record ConnectorRecord(string Name, string Prefix, KeyDigest TokenDigest, bool Blocked, DateTimeOffset? CreatedAt);
