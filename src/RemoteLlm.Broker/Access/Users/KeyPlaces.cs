using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>Where in the text of <c>users.yaml</c> the keys stand.</summary>
internal static class KeyPlaces
{
    public static IEnumerable<KeyPlace> All(YamlMapping root)
    {
        foreach (var user in (root.Find("users")?.Value as YamlSequence)?.Items.OfType<YamlMapping>() ?? [])
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
                yield return new KeyPlace(owner, prefix, prefix, text => YamlRemoval.RemovePair(text, user, typed), YamlFacts.Of(typed.Value, "/users/-/api_key"));
            }
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
            YamlFacts.Of(key, "/users/-/keys/-"));
    }
}

/// <summary>One key in the text, and how to take it out.</summary>
internal sealed record KeyPlace(string User, string Name, string Prefix, Func<string, string?> RemoveFrom, IEnumerable<string> Facts)
{
    public const string Unnamed = "unnamed";
    public const string UnknownPrefix = ApiKey.Scheme + "?";
}
