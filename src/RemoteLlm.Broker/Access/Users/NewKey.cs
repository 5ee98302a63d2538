using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>A key about to be listed: what the file keeps of it.</summary>
/// <param name="Name">What its owner calls it; null = the next free <c>key-N</c>.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Digest">Its SHA-256.</param>
/// <param name="CreatedAt">Now.</param>
internal sealed record NewKey(string? Name, string Prefix, KeyDigest Digest, DateTimeOffset? CreatedAt)
{
    /// <summary>From when on it is refused; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The class of its requests.</summary>
    public RequestClass Class { get; init; }

    /// <summary>A key about to be listed, of the key itself.</summary>
    public static NewKey Of(string? name, string apiKey, DateTimeOffset createdAt) => new(name, ApiKey.Prefix(apiKey), ApiKey.Hash(apiKey), createdAt);

    public YamlDraft Draft(string name)
    {
        List<(string, YamlDraft)> fields =
        [
            ("name", new YamlDraftScalar(YamlText.Write(name))),
            ("prefix", new YamlDraftScalar(YamlText.Write(Prefix))),
            ("hash", new YamlDraftScalar(Digest.Format())),
        ];
        if (CreatedAt is { } created)
            fields.Add(("created_at", new YamlDraftScalar(YamlText.WriteTime(created))));
        if (ExpiresAt is { } end)
            fields.Add(("expires_at", new YamlDraftScalar(YamlText.WriteTime(end))));
        if (Class != RequestClass.Interactive)
            fields.Add(("class", new YamlDraftScalar(RequestClasses.NameOf(Class))));
        return new YamlDraftMapping([.. fields]);
    }
}
