using System.Text.RegularExpressions;
using RemoteLlm.Broker.Access.Users;

namespace RemoteLlm.Broker.Portal.Audit;

/// <summary>What was done to a user between two states of the file, in words for the audit log; keys by name and first characters.</summary>
internal static partial class UserDifference
{
    private const int MostKeys = 10;

    /// <summary>What was done, and the details; null when nothing was that can be told.</summary>
    public static (string Action, string? Detail)? Of(UserRecord? before, UserRecord? after) => (before, after) switch
    {
        (null, null) => null,
        (null, { } added) => ("user.added", Joined(Added(added))),
        ({ } removed, null) => ("user.removed", Joined(Keys("keys", "revoked with him", removed.Keys))),
        ({ } was, { } now) => Joined(Changes(was, now)) is { } detail ? ("user.changed", detail) : null,
    };

    private static IEnumerable<string> Added(UserRecord user) =>
    [
        .. user.Role == UserRole.User ? [] : (string[])[$"role {UserEntryEdits.WordOf(user.Role)}"],
        .. user.Blocked ? (string[])["blocked"] : [],
        .. user.Pending ? (string[])["waits for approval"] : [],
        .. Keys("keys", "added", user.Keys),
    ];

    private static IEnumerable<string> Changes(UserRecord was, UserRecord now)
    {
        if (was.Name != now.Name)
            yield return $"name {was.Name} to {now.Name}";
        if (was.GitLabId != now.GitLabId)
            yield return $"gitlab_id {was.GitLabId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} to {now.GitLabId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}";
        if (was.Role != now.Role)
            yield return $"role {UserEntryEdits.WordOf(was.Role)} to {UserEntryEdits.WordOf(now.Role)}";
        if (was.Blocked != now.Blocked)
            yield return now.Blocked ? "blocked" : "unblocked";
        if (was.Pending != now.Pending)
            yield return now.Pending ? "status active to pending" : "status pending to active";
        foreach (var ((name, old), (_, written)) in was.Own.Written().Zip(now.Own.Written()).Where(static pair => pair.First != pair.Second))
            yield return $"{name} {old ?? "none"} to {written ?? "none"}";
        if (!Equals(was.Models, now.Models))
            yield return $"models {Listed(was.Models)} to {Listed(now.Models)}";
        if (was.CreatedAt != now.CreatedAt)
            yield return "created_at";
        foreach (var part in KeyChanges(was, now))
            yield return part;
    }

    private static IEnumerable<string> KeyChanges(UserRecord was, UserRecord now)
    {
        var (old, young) = (was.Keys.ToDictionary(key => key.Digest), now.Keys.ToDictionary(key => key.Digest));
        var both = was.Keys.Where(key => young.ContainsKey(key.Digest)).Select(key => (Was: key, Now: young[key.Digest])).ToList();
        return
        [
            .. Keys("keys", "added", now.Keys.Where(key => !old.ContainsKey(key.Digest))),
            .. Keys("keys", "removed", was.Keys.Where(key => !young.ContainsKey(key.Digest))),
            .. both.Where(key => key.Was.Name != key.Now.Name).Take(MostKeys).Select(key => $"key {key.Was.Name} called {key.Now.Name}"),
            .. Keys("keys", "changed", both.Where(key => key.Was.ExpiresAt != key.Now.ExpiresAt || key.Was.Class != key.Now.Class || key.Was.CreatedAt != key.Now.CreatedAt).Select(key => key.Now)),
        ];
    }

    private static IEnumerable<string> Keys(string what, string done, IEnumerable<KeyRecord> keys)
    {
        var all = keys.ToList();
        if (all.Count > 0)
            yield return $"{what} {done}: {string.Join(' ', all.Take(MostKeys).Select(key => key.Name == key.Prefix ? key.Prefix : $"{key.Name} ({key.Prefix})"))}{(all.Count > MostKeys ? $" and {all.Count - MostKeys} more" : "")}";
    }

    private static string Listed(IReadOnlyList<string>? models) => models is null ? "all" : $"[{string.Join(", ", models.Take(MostKeys))}{(models.Count > MostKeys ? $" and {models.Count - MostKeys} more" : "")}]";

    // Whoever edits by hand may have put a key where its name belongs.
    private static string? Joined(IEnumerable<string> parts) => string.Join("; ", parts) is { Length: > 0 } text ? WholeKey().Replace(text, "${begin}...") : null;

    [GeneratedRegex(@"(?<begin>sk-\S{4})\S{20,}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex WholeKey();
}
