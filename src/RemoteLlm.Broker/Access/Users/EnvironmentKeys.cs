using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Hosting.Files.Edited;

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
    public static IReadOnlyList<ListedKey> Parse(string? value, out FileProblem? problem)
    {
        problem = null;
        var keys = new KeyList(':', DefaultUser);
        var entries = (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < entries.Length; i++)
        {
            if (keys.Add(entries[i]) is not { } wrong)
                continue;
            problem = new FileProblem(Variable, 0, 0, $"Entry {i + 1} {wrong}");
            return [];
        }

        return keys.Keys;
    }
}
