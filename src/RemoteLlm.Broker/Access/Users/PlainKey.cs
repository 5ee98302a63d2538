using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>A key that stands in the file as it is, and what is to stand there in its place.</summary>
/// <param name="User">Whose.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Draft">An entry of <c>keys:</c> that means the same.</param>
/// <param name="Gone">The facts (<see cref="YamlFacts"/>) that go.</param>
internal sealed record PlainKey(string User, string Prefix, YamlDraftMapping Draft, IReadOnlyList<string> Gone)
{
    /// <summary>The field of the file.</summary>
    public const string Field = "api_key";

    private const string UserPath = "/users/-";
    private const string KeyPath = "/users/-/keys/-";

    // Private, so that it is no part of what a record says of itself.
    private string Key { get; init; } = "";

    /// <summary>The name and value of its first characters.</summary>
    public (string Name, YamlDraft Value) PrefixPair => Draft.Pairs[0];

    /// <summary>The name and value of its hash: the last, so that a comment behind the key stands behind its hash.</summary>
    public (string Name, YamlDraft Value) HashPair => Draft.Pairs[^1];

    /// <summary>The facts that come.</summary>
    public IEnumerable<string> Added => CheckedEdit.FactsOf(Draft, KeyPath);

    /// <summary>Whether a line has it, in a comment or another field.</summary>
    public bool StandsIn(string line) => line.Contains(Key, StringComparison.Ordinal);

    /// <summary>One of the list <c>keys:</c>.</summary>
    public static PlainKey Listed(string user, YamlMapping key)
    {
        var former = key.TextOf("prefix") is { } prefix ? new[] { $"{KeyPath}/prefix = {prefix}" } : [];
        return Of(user, key, KeyPath, former);
    }

    /// <summary>One of the short form.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="owner">The user.</param>
    /// <param name="createdAt">When the user was added, as the file writes it: such a key is as old.</param>
    public static PlainKey Short(string user, YamlMapping owner, string? createdAt) =>
        Of(user, owner, UserPath, [], createdAt is null ? [] : [("created_at", new YamlDraftScalar(createdAt))]);

    private static PlainKey Of(string user, YamlMapping owner, string path, string[] gone, params (string Name, YamlDraft Value)[] more)
    {
        var key = owner.TextOf(Field)!;
        var prefix = ApiKey.Prefix(key);
        var draft = new YamlDraftMapping(
            [("prefix", new YamlDraftScalar(YamlText.Write(prefix))), .. more, ("hash", new YamlDraftScalar(ApiKey.Hash(key).Format()))]);
        return new PlainKey(user, prefix, draft, [$"{path}/{Field} = {key}", .. gone]) { Key = key };
    }
}
