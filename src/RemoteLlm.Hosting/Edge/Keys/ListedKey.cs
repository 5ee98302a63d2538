using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Hosting.Edge.Keys;

/// <summary>A key that an operator listed in the environment or in a file, for set-ups that need no directory of users. The key itself is not kept.</summary>
/// <param name="User">Whose key.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Digest">SHA-256 of the key.</param>
public sealed record ListedKey(string User, string Prefix, KeyDigest Digest);
