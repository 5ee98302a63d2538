using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>
/// Reads <c>REMOTELLM_API_KEYS</c>: entries <c>user:sk-...</c> or <c>sk-...</c>, separated by commas. Messages count the entries and never quote them.
/// </summary>
public static class EnvironmentKeys
{
    /// <summary>The variable's name.</summary>
    public const string Variable = "REMOTELLM_API_KEYS";

    /// <summary>Whose keys those are that come without a user.</summary>
    public const string DefaultUser = "environment";

    /// <summary>The keys, or what is wrong with the first entry that is wrong.</summary>
    /// <param name="value">The variable's value; null or blank = no keys.</param>
    /// <param name="problem">Null when all is well.</param>
    public static IReadOnlyList<EnvironmentKey> Parse(string? value, out FileProblem? problem)
    {
        problem = null;
        var keys = new List<EnvironmentKey>();
        var entries = (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < entries.Length; i++)
        {
            // The first colon parts the user from the key; a key that an operator made up may have colons of its own.
            var at = entries[i].StartsWith(ApiKey.Scheme, StringComparison.Ordinal) ? -1 : entries[i].IndexOf(':');
            var user = at < 0 ? DefaultUser : entries[i][..at].Trim();
            var key = entries[i].AsSpan(at + 1).Trim();
            if (user.Length == 0 || user.Any(char.IsControl) || !ApiKey.IsWellFormed(key))
            {
                problem = new FileProblem(
                    Variable, 0, 0, $"Entry {i + 1} must be user:sk-... or sk-..., the key {ApiKey.MinLength} to {ApiKey.MaxLength} characters long and without blanks.");
                return [];
            }

            var digest = ApiKey.Hash(key);
            if (keys.Any(known => known.Digest == digest))
            {
                problem = new FileProblem(Variable, 0, 0, $"Entry {i + 1} has the same key as an entry before it; remove one of the two.");
                return [];
            }

            keys.Add(new EnvironmentKey(user, ApiKey.Prefix(key), digest));
        }

        return keys;
    }
}
