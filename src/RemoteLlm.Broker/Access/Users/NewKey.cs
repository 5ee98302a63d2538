using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>A key about to be listed: what the file keeps of it.</summary>
/// <param name="Name">What its owner calls it; null = the next free <c>key-N</c>.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Digest">Its SHA-256.</param>
/// <param name="CreatedAt">Now.</param>
internal sealed record NewKey(string? Name, string Prefix, KeyDigest Digest, DateTimeOffset CreatedAt)
{
    public YamlDraft Draft(string name) => new YamlDraftMapping(
        ("name", new YamlDraftScalar(YamlText.Write(name))),
        ("prefix", new YamlDraftScalar(YamlText.Write(Prefix))),
        ("hash", new YamlDraftScalar(Digest.Format())),
        ("created_at", new YamlDraftScalar(YamlText.WriteTime(CreatedAt))));
}
