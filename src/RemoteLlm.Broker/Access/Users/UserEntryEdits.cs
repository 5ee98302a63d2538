using System.Globalization;
using RemoteLlm.Broker.Access.Users.Texts;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>Edits of one user's entry in <c>users.yaml</c>, as functions from text to text: who he is, what he may do and how much.</summary>
internal static class UserEntryEdits
{
    private const string Limits = "limits";
    private const string Models = "models";
    private const string Name = "gitlab_username";

    public static TextEdit SetBlocked(UsersText file, string user, bool blocked) => OnEntry(file, user, (steps, record) =>
    {
        if (record.Blocked == blocked)
            return TextEdit.Not(EditStatus.Unchanged, $"{record.Name} is {(blocked ? "blocked" : "not blocked")} already.");
        steps.Set(static entry => entry, "", "blocked", new YamlDraftScalar(blocked ? "true" : "false"), Name);
        return steps.Done($"{record.Name} is {(blocked ? "blocked" : "no longer blocked")}.");
    });

    public static TextEdit Approve(UsersText file, string user) => OnEntry(file, user, (steps, record) =>
    {
        if (!record.Pending)
            return TextEdit.Not(EditStatus.Unchanged, $"{record.Name} is approved already.");
        steps.Set(static entry => entry, "", "status", new YamlDraftScalar("active"), Name);
        return steps.Done($"{record.Name} is approved.");
    });

    public static TextEdit SetRole(UsersText file, string user, UserRole role) => OnEntry(file, user, (steps, record) =>
    {
        var word = WordOf(role);
        if (record.Role == role)
            return TextEdit.Not(EditStatus.Unchanged, $"{record.Name} has the role {word} already.");
        steps.Set(static entry => entry, "", "role", new YamlDraftScalar(word), "gitlab_id", Name);
        return steps.Done($"{record.Name} has the role {word} now.");
    });

    public static TextEdit SetGitLabId(UsersText file, string user, long id) => UsersFileEdits.OnGoodFile(file, directory =>
        directory.FindGitLabId(id) is { } owner && !string.Equals(owner.Name, user, StringComparison.OrdinalIgnoreCase)
            ? TextEdit.Not(EditStatus.Conflict, $"The gitlab_id {id} is that of {owner.Name}.")
            : OnEntry(file, user, (steps, record) =>
            {
                if (record.GitLabId == id)
                    return TextEdit.Not(EditStatus.Unchanged, $"{record.Name} has the gitlab_id {id} already.");
                if (record.GitLabId is { } other)
                    return TextEdit.Not(EditStatus.Conflict, $"{record.Name} has another gitlab_id, {other}.");
                steps.Set(static entry => entry, "", "gitlab_id", new YamlDraftScalar(id.ToString(CultureInfo.InvariantCulture)), Name);
                return steps.Done($"{record.Name} has the gitlab_id {id} now.");
            }));

    /// <summary>Limits and models, where the entry still is what the change was made of.</summary>
    public static TextEdit Change(UsersText file, string user, UserChange change, string stamp) => OnEntry(file, user, (steps, record) =>
    {
        if (UserStamp.Of(record) != stamp)
            return TextEdit.Not(EditStatus.Conflict, $"The entry of {record.Name} was changed meanwhile; look at it again.");
        var changed = SetLimits(steps, record.Own, change.Limits) | SetModels(steps, record.Models, change.Models);
        return changed ? steps.Done($"Changed what {record.Name} may use.") : TextEdit.Not(EditStatus.Unchanged, $"The entry of {record.Name} says so already.");
    });

    /// <summary>Takes the whole entry out, keys included.</summary>
    public static TextEdit Remove(UsersText file, string user) => UsersFileEdits.OnUser(file, user, record =>
    {
        var part = file.PartAround(record);
        var node = UsersFileEdits.UserNode(part.Root, user)!;
        var after = YamlRemoval.RemoveItem(part.Text, (YamlSequence)part.Root.Find("users")!.Value, node);
        return part.Checked(after, YamlFacts.Of(node, EntrySteps.UserPath), [], $"Removed the user {record.Name}.");
    });

    /// <summary>The word of a role in the file.</summary>
    public static string WordOf(UserRole role) => role == UserRole.Operator ? "operator" : "user";

    private static bool SetLimits(EntrySteps steps, LimitFields before, LimitFields after)
    {
        if (before == after)
            return false;
        var wanted = after.Written().Where(field => field.Written is not null).ToList();
        if (steps.Entry!.Find(Limits)?.Value is not YamlMapping { Pairs.Count: > 0 } limits)
        {
            steps.Set(
                static entry => entry, "", Limits, new YamlDraftScalar(new YamlDraftMapping([.. wanted.Select(field => (field.Name, (YamlDraft)new YamlDraftScalar(field.Written!)))]).InFlow()),
                Models, "created_at", "role", "gitlab_id", Name);
            return true;
        }

        // With nothing of ours left in it, and nothing else, it goes as a whole: a name without a value is no mapping.
        if (wanted.Count == 0 && limits.Pairs.All(pair => before.Written().Any(field => field.Name == pair.Key.Value)))
        {
            steps.Remove(static entry => entry, "", Limits);
            return true;
        }

        // First what comes: so the mapping never is empty meanwhile.
        var changes = before.Written().Zip(after.Written(), static (old, now) => (now.Name, Old: old.Written, Now: now.Written)).Where(static field => field.Old != field.Now).ToList();
        foreach (var (name, _, now) in changes.Where(static field => field.Now is not null))
            steps.Set(static entry => entry.Find(Limits)?.Value as YamlMapping, "/" + Limits, name, new YamlDraftScalar(now!));
        foreach (var (name, _, _) in changes.Where(static field => field.Now is null))
            steps.Remove(static entry => entry.Find(Limits)?.Value as YamlMapping, "/" + Limits, name);
        return true;
    }

    private static bool SetModels(EntrySteps steps, IReadOnlyList<string>? before, IReadOnlyList<string>? after)
    {
        if (before is null ? after is null : after is not null && before.SequenceEqual(after, StringComparer.Ordinal))
            return false;
        if (after is null)
            steps.Remove(static entry => entry, "", Models);
        else
            steps.Set(static entry => entry, "", Models, new YamlDraftScalar($"[{string.Join(", ", after.Select(YamlText.Write))}]"), "created_at", "role", "gitlab_id", Name);
        return true;
    }

    private static TextEdit OnEntry(UsersText file, string user, Func<EntrySteps, UserRecord, TextEdit> edit) =>
        UsersFileEdits.OnUser(file, user, record => edit(new EntrySteps(file, record), record));
}
