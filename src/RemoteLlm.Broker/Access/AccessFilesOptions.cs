using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access;

/// <summary>Where the access files are, and what the environment adds to them.</summary>
/// <param name="Folder">The data folder; made when missing.</param>
/// <param name="Limits">Limits for what neither a user nor <c>defaults:</c> says.</param>
/// <param name="Keys">Keys of <see cref="EnvironmentKeys"/>.</param>
internal sealed record AccessFilesOptions(string Folder, RequestLimits Limits, IReadOnlyList<ListedKey> Keys);
