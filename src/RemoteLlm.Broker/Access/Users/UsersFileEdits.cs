using System.Globalization;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>The edits of <c>users.yaml</c> as functions from text to text. They change the lines that they must and leave every other character alone.</summary>
internal static class UsersFileEdits
{
    private const string UserPath = "/users/-";
    private const string KeyPath = "/users/-/keys/-";

    public static TextEdit AddUser(string text, string user, DateTimeOffset now) => OnGoodFile(text, (root, _) =>
        UserNode(root, user) is not null
            ? TextEdit.Not(EditStatus.Unchanged, $"The user {user} is there already.")
            : AddUser(text, root, new NewUser(user), now, key: null, $"Added the user {user}."));

    /// <summary>Adds a user of whom more is known, and his first key.</summary>
    public static TextEdit AddUser(string text, NewUser user, NewKey? key, DateTimeOffset now) => OnGoodFile(text, (root, directory) =>
    {
        if (UserNode(root, user.Name) is not null)
            return TextEdit.Not(EditStatus.Conflict, $"The user {user.Name} is there already.");
        if (user.GitLabId is { } id && directory.FindGitLabId(id) is { } known)
            return TextEdit.Not(EditStatus.Conflict, $"The gitlab_id {id} is that of {known.Name}.");
        return AddUser(text, root, user, now, key?.Draft(key.Name ?? KeyName.Next([])), $"Added the user {user.Name}.");
    });

    /// <summary>Adds a key, and its user where he is missing.</summary>
    public static TextEdit AddKey(string text, string user, NewKey key) => OnGoodFile(text, (root, directory) =>
    {
        var existing = directory.FindUser(user);
        var name = key.Name ?? KeyName.Next(existing?.Keys ?? []);
        if (existing?.Keys.Any(known => known.Name == name) == true)
        {
            return TextEdit.Not(EditStatus.Conflict, $"{existing.Name} has a key named {name} already; choose another name, or revoke that one first.");
        }

        var draft = key.Draft(name);
        if (UserNode(root, user) is not { } node)
        {
            return AddUser(text, root, new NewUser(user), key.CreatedAt!.Value, draft, $"Added the user {user} with the key {name} ({key.Prefix}).");
        }

        var after = YamlInsertion.AddItem(text, node, "keys", draft);
        return Checked(text, root, after, [], CheckedEdit.FactsOf(draft, KeyPath), $"Added the key {name} ({key.Prefix}) of {existing!.Name}.");
    });

    /// <summary>Takes out the one key that has this prefix or name.</summary>
    /// <param name="text">The file.</param>
    /// <param name="prefixOrName">Which key.</param>
    /// <param name="user">Only among this user's; null = among all.</param>
    public static TextEdit RevokeKey(string text, string prefixOrName, string? user) => OnGoodFile(text, (root, directory) =>
    {
        if (user is not null && directory.FindUser(user) is null)
        {
            return NoUser(user);
        }

        var found = KeyPlaces.All(root)
            .Where(place => user is null || string.Equals(place.User, user, StringComparison.OrdinalIgnoreCase))
            .Where(place => place.Prefix == prefixOrName || place.Name == prefixOrName)
            .ToList();
        return found switch
        {
            [] => TextEdit.Not(EditStatus.NotFound, $"No key in {UsersFile.Name} has the prefix or name {prefixOrName}; see \"remotellm keys list\"."),
            [var place] => Checked(text, root, place.RemoveFrom(text), place.Facts, [], $"Revoked the key {place.Name} ({place.Prefix}) of {place.User}."),
            _ => TextEdit.Not(
                EditStatus.Conflict,
                $"{prefixOrName} means {found.Count} keys: {string.Join(", ", found.Take(5).Select(p => $"{p.User}/{p.Name} ({p.Prefix})"))}; add --user, or give the name or prefix that only one has."),
        };
    });

    /// <summary>Puts hashes in the place of keys that stand in the file as they are. What the file means stays the same, key by key.</summary>
    public static TextEdit Protect(string text) => OnGoodFile(text, (_, directory) =>
    {
        var after = KeyProtection.Protect(text, out var plain);
        return plain.Count == 0
            ? TextEdit.Not(EditStatus.Unchanged, $"Every key in {UsersFile.Name} is a hash already.")
            : CheckedEdit.Check(
                UsersFile.Name,
                text,
                after,
                plain.SelectMany(key => key.Gone),
                plain.SelectMany(key => key.Added),
                root => UsersFile.Read(root).Content?.Users.SequenceEqual(directory.Users) == true,
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

    private static TextEdit AddUser(string text, YamlMapping root, NewUser user, DateTimeOffset now, YamlDraft? key, string message)
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
        return Checked(text, root, YamlInsertion.AddItem(text, root, "users", draft), [], CheckedEdit.FactsOf(draft, UserPath), message);
    }

    public static TextEdit NoUser(string user) => TextEdit.Not(EditStatus.NotFound, $"There is no user {user} in {UsersFile.Name}.");

    public static TextEdit OnGoodFile(string text, Func<YamlMapping, UserDirectory, TextEdit> edit)
    {
        var (root, broken) = YamlTree.Read(UsersFile.Name, text);
        var reading = root is null ? null : UsersFile.Read(root);
        return reading?.Content is { } directory
            ? edit(root!, directory)
            : TextEdit.Not(EditStatus.BrokenFile, $"{broken ?? reading!.Errors[0]} Nothing was written; correct that first.");
    }

    /// <summary>An edit of the file, checked.</summary>
    /// <param name="before">The file.</param>
    /// <param name="root">The same, read.</param>
    /// <param name="after">What it would be; null where no place for the change was found.</param>
    /// <param name="gone">The facts that go.</param>
    /// <param name="added">The facts that come.</param>
    /// <param name="message">What was done.</param>
    public static TextEdit Checked(string before, YamlMapping root, string? after, IEnumerable<string> gone, IEnumerable<string> added, string message) =>
        Checked(before, root, after, after is null ? null : YamlTree.Read(UsersFile.Name, after).Root, gone, added, message);

    /// <inheritdoc cref="Checked(string, YamlMapping, string?, IEnumerable{string}, IEnumerable{string}, string)"/>
    public static TextEdit Checked(string before, YamlMapping root, string? after, YamlMapping? afterRoot, IEnumerable<string> gone, IEnumerable<string> added, string message) =>
        CheckedEdit.Check(UsersFile.Name, (before, root), (after, afterRoot), gone, added, static read => UsersFile.Read(read).Content is not null, message);

    public static YamlMapping? UserNode(YamlMapping root, string user) =>
        (root.Find("users")?.Value as YamlSequence)?.Items.OfType<YamlMapping>()
            .FirstOrDefault(node => string.Equals(node.TextOf("gitlab_username")?.Trim(), user, StringComparison.OrdinalIgnoreCase));
}
