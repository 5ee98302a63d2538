using System.Globalization;
using RemoteLlm.Broker.Access.Users.Texts;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>The edits of <c>users.yaml</c> as functions from text to text. They change the lines that they must and leave every other character alone.</summary>
internal static class UsersFileEdits
{
    public static TextEdit AddUser(UsersText file, string user, DateTimeOffset now) => OnGoodFile(file, directory =>
        directory.FindUser(user) is not null
            ? TextEdit.Not(EditStatus.Unchanged, $"The user {user} is there already.")
            : AddUser(file, new NewUser(user), now, key: null, $"Added the user {user}."));

    /// <summary>Adds a user of whom more is known, and his first key.</summary>
    public static TextEdit AddUser(UsersText file, NewUser user, NewKey? key, DateTimeOffset now) => OnGoodFile(file, directory =>
    {
        if (directory.FindUser(user.Name) is not null)
            return TextEdit.Not(EditStatus.Conflict, $"The user {user.Name} is there already.");
        if (user.GitLabId is { } id && directory.FindGitLabId(id) is { } known)
            return TextEdit.Not(EditStatus.Conflict, $"The gitlab_id {id} is that of {known.Name}.");
        return AddUser(file, user, now, key?.Draft(key.Name ?? KeyName.Next([])), $"Added the user {user.Name}.");
    });

    /// <summary>Adds a key, and its user where he is missing.</summary>
    public static TextEdit AddKey(UsersText file, string user, NewKey key) => OnGoodFile(file, directory =>
    {
        var existing = directory.FindUser(user);
        var name = key.Name ?? KeyName.Next(existing?.Keys ?? []);
        if (existing is null)
            return AddUser(file, new NewUser(user), key.CreatedAt!.Value, key.Draft(name), $"Added the user {user} with the key {name} ({key.Prefix}).");
        if (existing.Keys.Any(known => known.Name == name))
            return TextEdit.Not(EditStatus.Conflict, $"{existing.Name} has a key named {name} already; choose another name, or revoke that one first.");
        var steps = new EntrySteps(file, existing);
        steps.AddItem("keys", key.Draft(name));
        return steps.Done($"Added the key {name} ({key.Prefix}) of {existing.Name}.");
    });

    /// <summary>Takes out the one key that has this prefix or name.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefixOrName">Which key.</param>
    /// <param name="user">Only among this user's; null = among all.</param>
    public static TextEdit RevokeKey(UsersText file, string prefixOrName, string? user) => OnGoodFile(file, directory =>
    {
        if (user is not null && directory.FindUser(user) is null)
            return NoUser(user);
        var found = (user is null ? directory.Users : [directory.FindUser(user)!]).SelectMany(owner => owner.Keys).Where(key => key.Prefix == prefixOrName || key.Name == prefixOrName).ToList();
        return found switch
        {
            [] => TextEdit.Not(EditStatus.NotFound, $"No key in {UsersFile.Name} has the prefix or name {prefixOrName}; see \"remotellm keys list\"."),
            [var key] => KeyEntryEdits.Revoke(file, key.User, key.Digest),
            _ => TextEdit.Not(
                EditStatus.Conflict,
                $"{prefixOrName} means {found.Count} keys: {string.Join(", ", found.Take(5).Select(p => $"{p.User}/{p.Name} ({p.Prefix})"))}; add --user, or give the name or prefix that only one has."),
        };
    });

    /// <summary>Puts hashes in the place of keys that stand in the file as they are. What the file means stays the same, key by key.</summary>
    public static TextEdit Protect(UsersText file) => OnGoodFile(file, _ =>
    {
        var after = KeyProtection.Protect(file.Text, out var plain);
        return plain.Count == 0
            ? TextEdit.Not(EditStatus.Unchanged, $"Every key in {UsersFile.Name} is a hash already.")
            : CheckedEdit.Check(
                UsersFile.Name,
                file.Text,
                after,
                plain.SelectMany(key => key.Gone),
                plain.SelectMany(key => key.Added),
                file.MeansTheSame,
                $"Hashed {(plain.Count == 1 ? "1 key" : $"{plain.Count} keys")}: {Named(plain)}.{StillThere(after, plain)}");
    });

    // A comment is the operator's, and not ours to change; that the key can be read in it is what he wants to know.
    private static string StillThere(string? text, IReadOnlyList<PlainKey> keys)
    {
        const int Shown = 20;
        var lines = (text ?? "").Split('\n').Select((line, i) => (Text: line, Number: i + 1)).Where(line => MayHaveKey(line.Text) && keys.Any(key => key.StandsIn(line.Text))).Take(Shown).Select(line => line.Number).ToList();
        return lines.Count == 0 ? ""
            : $" {(keys.Count == 1 ? "It still stands" : "Some still stand")} in line {string.Join(", ", lines)}, in a comment or another field: take {(keys.Count == 1 ? "it" : "them")} out there by hand.";
    }

    // A prefix alone is none: of ten thousand keys as many lines have one.
    private static bool MayHaveKey(string line) => line.IndexOf(ApiKey.Scheme, StringComparison.Ordinal) is >= 0 and var at && line.Length - at >= ApiKey.MinLength;

    private static string Named(IReadOnlyList<PlainKey> keys)
    {
        const int Shown = 20;
        var users = keys.GroupBy(key => key.User, StringComparer.Ordinal).ToList();
        var named = string.Join(", ", users.Take(Shown).Select(user => $"{user.Key} ({string.Join(' ', user.Select(key => key.Prefix))})"));
        return users.Count > Shown ? $"{named}, and those of {users.Count - Shown} more users" : named;
    }

    private static TextEdit AddUser(UsersText file, NewUser user, DateTimeOffset now, YamlDraft? key, string message)
    {
        List<(string, YamlDraft)> fields = [("gitlab_username", new YamlDraftScalar(YamlText.Write(user.Name)))];
        if (user.GitLabId is { } id)
            fields.Add(("gitlab_id", new YamlDraftScalar(id.ToString(CultureInfo.InvariantCulture))));
        if (user.Role != UserRole.User)
            fields.Add(("role", new YamlDraftScalar(UserEntryEdits.WordOf(user.Role))));
        if (user.Pending)
            fields.Add(("status", new YamlDraftScalar("pending")));
        fields.Add(("created_at", new YamlDraftScalar(YamlText.WriteTime(now))));
        if (key is not null)
            fields.Add(("keys", new YamlDraftSequence(key)));

        var draft = new YamlDraftMapping([.. fields]);
        var part = file.LastPart();
        return part.Checked(YamlInsertion.AddItem(part.Text, part.Root, "users", draft), [], CheckedEdit.FactsOf(draft, EntrySteps.UserPath), message);
    }

    public static TextEdit NoUser(string user) => TextEdit.Not(EditStatus.NotFound, $"There is no user {user} in {UsersFile.Name}.");

    public static TextEdit OnGoodFile(UsersText file, Func<UserDirectory, TextEdit> edit) => file.Reading.Content is { } directory
        ? edit(directory)
        : TextEdit.Not(EditStatus.BrokenFile, $"{file.Reading.Errors[0]} Nothing was written; correct that first.");

    public static TextEdit OnUser(UsersText file, string user, Func<UserRecord, TextEdit> edit) =>
        OnGoodFile(file, directory => directory.FindUser(user) is { } record ? edit(record) : NoUser(user));

    public static YamlMapping? UserNode(YamlMapping root, string user) =>
        (root.Find("users")?.Value as YamlSequence)?.Items.OfType<YamlMapping>()
            .FirstOrDefault(node => string.Equals(node.TextOf("gitlab_username")?.Trim(), user, StringComparison.OrdinalIgnoreCase));
}
