using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>Where in the text of <c>users.yaml</c> the keys stand.</summary>
internal static class KeyPlaces
{
    /// <summary>Those of one user's entry.</summary>
    public static IEnumerable<KeyPlace> Of(YamlMapping user)
    {
        var owner = user.TextOf("gitlab_username")?.Trim() ?? "";
        if (user.Find("keys")?.Value is YamlSequence list)
        {
            foreach (var key in list.Items.OfType<YamlMapping>())
            {
                yield return Listed(owner, list, key);
            }
        }

        if (user.Find("api_key") is { Value.IsNull: false } typed)
        {
            var prefix = ApiKey.Prefix(user.TextOf("api_key"));
            yield return new KeyPlace(owner, prefix, prefix, text => YamlRemoval.RemovePair(text, user, typed), YamlFacts.Of(typed.Value, "/users/-/api_key"))
            {
                Digest = ApiKey.Hash(user.TextOf("api_key")),
            };
        }
    }

    private static KeyPlace Listed(string owner, YamlSequence list, YamlMapping key)
    {
        var prefix = key.TextOf("api_key") is { } typed ? ApiKey.Prefix(typed) : key.TextOf("prefix");
        return new KeyPlace(
            owner,
            key.TextOf("name") ?? prefix ?? KeyPlace.Unnamed,
            prefix ?? KeyPlace.UnknownPrefix,
            text => YamlRemoval.RemoveItem(text, list, key),
            YamlFacts.Of(key, "/users/-/keys/-"))
        {
            Node = key,
            Digest = key.TextOf("api_key") is { } plain ? ApiKey.Hash(plain) : KeyDigest.TryParse(key.TextOf("hash"), out var digest) ? digest : null,
        };
    }
}

/// <summary>One key in the text, and how to take it out.</summary>
internal sealed record KeyPlace(string User, string Name, string Prefix, Func<string, string?> RemoveFrom, IEnumerable<string> Facts)
{
    public const string Unnamed = "unnamed";
    public const string UnknownPrefix = ApiKey.Scheme + "?";

    /// <summary>Its own mapping in <c>keys:</c>; null for the short form.</summary>
    public YamlMapping? Node { get; init; }

    /// <summary>Its SHA-256; null where none can be read.</summary>
    public KeyDigest? Digest { get; init; }
}
