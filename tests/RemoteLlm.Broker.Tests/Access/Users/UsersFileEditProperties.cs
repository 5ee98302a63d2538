using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Access.Users.Texts;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Access.Users;

/// <summary>Any file that an operator might write, under any sequence of edits: what we did not mean to change is there afterwards.</summary>
public sealed class UsersFileEditProperties
{
    private static readonly DateTimeOffset s_now = new(2025, 11, 30, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Comments_and_unknown_fields_survive_any_sequence_of_edits() => Prop.ForAll(Cases(), sample =>
    {
        var (file, edits) = sample;
        var text = file;
        foreach (var edit in edits)
        {
            text = edit.Apply(text).Text ?? text;
        }

        return Count(file, "#").SequenceEqual(Count(text, "#")) && Count(file, "unknown").SequenceEqual(Count(text, "unknown"));
    }).Check(Draws.Properties(400));

    [Fact]
    public void The_file_says_what_the_edits_said_and_none_is_refused() => Prop.ForAll(Cases(), sample =>
    {
        var (text, edits) = sample;
        foreach (var edit in edits)
        {
            var was = text;
            var before = UsersFile.Parse(text).Content!;
            var result = edit.Apply(text);
            if (result.Outcome.Status == EditStatus.BrokenFile)
            {
                throw new InvalidOperationException($"{edit} refused: {result.Outcome.Message}\n{text}");
            }

            text = result.Text ?? text;
            var after = UsersFile.Parse(text).Content!;
            var expected = edit.Expect(was, before, result.Outcome);
            var found = Facts(after);
            if (!expected.SequenceEqual(found, StringComparer.Ordinal))
            {
                throw new InvalidOperationException($"{edit}\nexpected {string.Join(' ', expected)}\nfound {string.Join(' ', found)}\n{text}");
            }
        }

        return true;
    }).Check(Draws.Properties(400));

    [Fact]
    public void Every_line_that_was_there_stays_in_its_order_when_something_is_added() => Prop.ForAll(Cases(), sample =>
    {
        var (text, edits) = sample;
        foreach (var edit in edits.Where(edit => edit.Kind == EditKind.Add))
        {
            // A line with braces may grow, all others stay as they are.
            var before = Lines(text).Where(line => !line.Contains('{', StringComparison.Ordinal) && line.Length > 0);
            text = edit.Apply(text).Text ?? text;
            var after = Lines(text);
            var position = 0;
            foreach (var line in before)
            {
                position = Array.IndexOf(after, line, position) + 1;
                if (position == 0)
                {
                    throw new InvalidOperationException($"{edit} lost \"{line}\"\n{text}");
                }
            }
        }

        return true;
    }).Check(Draws.Properties(400));

    [Fact]
    public void Protect_hides_every_key_and_changes_nothing_that_the_file_means() => Prop.ForAll(OperatorFiles.Any().ToArbitrary(), file =>
    {
        var before = UsersFile.Parse(file).Content!;
        var result = UsersFileEdits.Protect(file);
        var text = result.Text ?? file;
        var after = UsersFile.Parse(text).Content!;

        var isSame = after.Users.SequenceEqual(before.Users)
            && Count(file, "#").SequenceEqual(Count(text, "#"))
            && Unknown(file).SequenceEqual(Unknown(text))
            && text.Contains('\r', StringComparison.Ordinal) == file.Contains('\r', StringComparison.Ordinal)
            && !text.Replace("\r\n", "", StringComparison.Ordinal).Contains('\r', StringComparison.Ordinal)
            && !result.Outcome.Message.Contains("sk-typed-", StringComparison.Ordinal);
        var isHidden = !text.Contains("sk-typed-", StringComparison.Ordinal)
            && result.Outcome.Status == (file.Contains("sk-typed-", StringComparison.Ordinal) ? EditStatus.Written : EditStatus.Unchanged)
            && UsersFileEdits.Protect(text).Outcome.Status == EditStatus.Unchanged;
        return isSame && isHidden ? true : throw new InvalidOperationException($"{result.Outcome.Message}\n{file}\n{text}");

        static IEnumerable<string> Unknown(string yaml) =>
            YamlFacts.Of(YamlTree.Read("", yaml).Root!, "").Where(fact => fact.Contains("/unknown", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }).Check(Draws.Properties(1000));

    [Fact]
    public void A_user_who_is_removed_is_gone_and_every_other_is_as_he_was() => Prop.ForAll(OperatorFiles.Any().ToArbitrary(), file =>
    {
        var before = UsersFile.Parse(file).Content!;
        foreach (var user in before.Users)
        {
            var result = UserEntryEdits.Remove(file, user.Name);
            if (result.Text is null || !UsersFile.Parse(result.Text).Content!.Users.SequenceEqual(before.Users.Where(other => other != user))
                || !Count(file, "#").SequenceEqual(Count(result.Text, "#")))
            {
                throw new InvalidOperationException($"{user.Name}: {result.Outcome.Message}\n{file}\n{result.Text}");
            }
        }

        return true;
    }).Check(Draws.Properties(400));

    [Fact]
    public void Line_ends_stay_of_one_kind() => Prop.ForAll(Cases(), sample =>
    {
        var (file, edits) = sample;
        var windows = file.ReplaceLineEndings("\r\n");
        foreach (var edit in edits)
        {
            windows = edit.Apply(windows).Text ?? windows;
        }

        return !windows.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n') || !windows.Contains('\r', StringComparison.Ordinal);
    }).Check(Draws.Properties(200));

    // Without the mark of an empty list, which goes when something comes below it, and so without blanks.
    private static string[] Lines(string text) => text.Split('\n')
        .Select(line => line.TrimEnd().Replace(" ", "", StringComparison.Ordinal).Replace("[]", "", StringComparison.Ordinal).Replace("~", "", StringComparison.Ordinal)).ToArray();

    private static IEnumerable<string> Count(string text, string kind) => kind == "#"
        ? YamlComments.Read(text).Select(comment => comment.Text).Order(StringComparer.Ordinal)
        : YamlFacts.Of(YamlTree.Read("", text).Root!, "").Where(fact => fact.Contains("/unknown", StringComparison.Ordinal) && !fact.Contains("/keys/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static List<string> Facts(UserDirectory directory) =>
        directory.Users.SelectMany(user => user.Keys.Select(FactOf).Append($"{user.Name}:{user.Blocked}").Append($"{user.Name} is {user.Role}").Append(May(user.Name, user.Own, user.Models)))
            .Order(StringComparer.Ordinal).ToList();

    private static string FactOf(KeyRecord key) => $"{key.User}/{key.Name}/{key.Digest.ToHex()}{(key.ExpiresAt is { } end ? $" until {end:O}" : "")}";

    private static string May(string user, LimitFields limits, IReadOnlyList<string>? models) =>
        $"{user} may {string.Join(',', limits.Written().Select(field => field.Written))} of {(models is null ? "all" : $"[{string.Join('|', models)}]")}";

    private static Arbitrary<(string File, Edit[] Edits)> Cases() =>
        (from file in OperatorFiles.Any()
         from edits in Edits().ArrayOf().Resize(8)
         select (file, edits)).ToArbitrary();

    /// <summary>One edit of any kind, of a user who may be there.</summary>
    internal static Gen<Edit> Edits() =>
        from kind in Gen.Elements(
            EditKind.Add, EditKind.Add, EditKind.Revoke, EditKind.Block, EditKind.Unblock, EditKind.Protect, EditKind.Role, EditKind.Change, EditKind.Change, EditKind.Rotate, EditKind.Rotate, EditKind.Rename, EditKind.RevokeOne)
        from user in Gen.Elements("u0", "u1", "u2", "new", "other")
        from number in Gen.Choose(0, 5)
        select new Edit(kind, user, number);

    public enum EditKind
    {
        Add,
        Revoke,
        Block,
        Unblock,
        Protect,
        Role,
        Change,
        Rotate,
        Rename,
        RevokeOne,
        Remove,
        Approve,
    }

    public sealed record Edit(EditKind Kind, string User, int Number)
    {
        internal TextEdit Apply(UsersText file) => Kind switch
        {
            EditKind.Add => UsersFileEdits.AddKey(file, User, new NewKey($"k{Number}", $"sk-{User}{Number}", NewDigest(file.Text), s_now)),
            EditKind.Protect => UsersFileEdits.Protect(file),
            EditKind.Revoke => UsersFileEdits.RevokeKey(file, $"k{Number}", User),
            EditKind.Role => UserEntryEdits.SetRole(file, User, WantedRole),
            EditKind.Change => UserEntryEdits.Change(file, User, Wanted, Find(file.Text) is { } user ? UserStamp.Of(user) : ""),
            EditKind.Rotate => KeyEntryEdits.Rotate(file, User, Which(Find(file.Text))?.Digest ?? default, new NewKey(null, "sk-new", NewDigest(file.Text), s_now), TimeSpan.FromHours(Number % 3)),
            EditKind.Rename => KeyEntryEdits.Rename(file, User, Which(Find(file.Text))?.Digest ?? default, "named"),
            EditKind.RevokeOne => KeyEntryEdits.Revoke(file, User, Which(Find(file.Text))?.Digest ?? default),
            EditKind.Remove => UserEntryEdits.Remove(file, User),
            EditKind.Approve => UserEntryEdits.Approve(file, User),
            _ => UserEntryEdits.SetBlocked(file, User, Kind == EditKind.Block),
        };

        private UserRole WantedRole => Number % 2 == 0 ? UserRole.Operator : UserRole.User;

        private UserChange Wanted => new(
            Number % 3 == 0 ? LimitFields.None : new LimitFields { RequestsPerMinute = Number % 2 == 0 ? Number : null, CostPerDay = 1.5m, Weight = Number > 3 ? 0.5 : null },
            Number switch { 0 => null, 1 => [], 2 => ["a", "x: y"], _ => ["qwen*"] });

        private UserRecord? Find(string text) => UsersFile.Parse(text).Content!.FindUser(User);

        private KeyRecord? Which(UserRecord? user) => user?.Keys is { Count: > 0 } keys ? keys[Number % keys.Count] : null;

        // Another with every text, so that no key comes twice.
        private static KeyDigest NewDigest(string text) => KeyDigest.Of(text);

        internal List<string> Expect(string text, UserDirectory before, EditOutcome outcome)
        {
            var facts = Facts(before);
            if (outcome.Status != EditStatus.Written)
            {
                return facts;
            }

            var name = before.FindUser(User)?.Name ?? User;
            switch (Kind)
            {
                case EditKind.Add:
                    facts.Add($"{name}/k{Number}/{NewDigest(text).ToHex()}");
                    if (before.FindUser(User) is null)
                    {
                        facts.Add($"{name}:False");
                        facts.Add($"{name} is User");
                        facts.Add(May(name, LimitFields.None, null));
                    }

                    break;
                case EditKind.Revoke:
                    facts.RemoveAll(fact => fact.StartsWith($"{name}/k{Number}/", StringComparison.Ordinal));
                    break;
                case EditKind.Protect:
                    break;
                case EditKind.Role:
                    facts.Remove($"{name} is {(Number % 2 == 0 ? UserRole.User : UserRole.Operator)}");
                    facts.Add($"{name} is {WantedRole}");
                    break;
                case EditKind.Change:
                    facts.RemoveAll(fact => fact.StartsWith($"{name} may ", StringComparison.Ordinal));
                    facts.Add(May(name, Wanted.Limits, Wanted.Models));
                    break;
                case EditKind.Rotate or EditKind.Rename or EditKind.RevokeOne:
                    ExpectOfKey(text, before.FindUser(User)!, facts);
                    break;
                default:
                    facts.Remove($"{name}:{Kind != EditKind.Block}");
                    facts.Add($"{name}:{Kind == EditKind.Block}");
                    break;
            }

            return facts.Order(StringComparer.Ordinal).ToList();
        }

        private void ExpectOfKey(string text, UserRecord user, List<string> facts)
        {
            var key = Which(user)!;
            facts.Remove(FactOf(key));
            if (Kind == EditKind.Rename)
                facts.Add(FactOf(key with { Name = "named" }));
            if (Kind != EditKind.Rotate)
                return;
            var name = KeyName.IsWellFormed(key.Name) ? key.Name : KeyName.Free("key", "", user.Keys);
            if (Number % 3 > 0)
                facts.Add(FactOf(key with { Name = KeyName.Free(KeyName.IsWellFormed(key.Name) ? key.Name : "key", "-old", user.Keys), ExpiresAt = key.ExpiresAt < s_now.AddHours(Number % 3) ? key.ExpiresAt : s_now.AddHours(Number % 3) }));
            facts.Add(FactOf(key with { Name = name, Digest = NewDigest(text), ExpiresAt = null }));
        }

    }
}
