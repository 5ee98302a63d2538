using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Hosting.Edge.Keys;

/// <summary>Reads keys that an operator listed, each with or without the name of its user before it. Messages never quote an entry.</summary>
/// <param name="separator">What parts the user from the key.</param>
/// <param name="defaultUser">Whose keys those are that come without a user.</param>
public sealed class KeyList(char separator, string defaultUser)
{
    private readonly List<ListedKey> _keys = [];

    /// <summary>The keys so far.</summary>
    public IReadOnlyList<ListedKey> Keys => _keys;

    /// <summary>Adds one entry.</summary>
    /// <returns>What is wrong with it, as the end of a sentence that says where it is; null when nothing is.</returns>
    public string? Add(string entry)
    {
        // The first separator parts the user from the key; a key that an operator made up may have some of its own.
        var at = entry.StartsWith(ApiKey.Scheme, StringComparison.Ordinal) ? -1 : entry.IndexOf(separator);
        var user = at < 0 ? defaultUser : entry[..at].Trim();
        var key = entry.AsSpan(at + 1).Trim();
        if (user.Length == 0 || user.Any(char.IsControl) || !ApiKey.IsWellFormed(key))
            return $"must be user{separator}sk-... or sk-..., the key {ApiKey.MinLength} to {ApiKey.MaxLength} characters long and without blanks.";

        var digest = ApiKey.Hash(key);
        if (_keys.Exists(known => known.Digest == digest))
            return "has the same key as an entry before it; remove one of the two.";
        _keys.Add(new ListedKey(user, ApiKey.Prefix(key), digest));
        return null;
    }
}
