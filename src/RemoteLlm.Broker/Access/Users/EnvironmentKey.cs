using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>A key that the environment brought, for set-ups that need no file. The key itself is not kept.</summary>
/// <param name="User">Whose key.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Digest">SHA-256 of the key.</param>
public sealed record EnvironmentKey(string User, string Prefix, KeyDigest Digest);
