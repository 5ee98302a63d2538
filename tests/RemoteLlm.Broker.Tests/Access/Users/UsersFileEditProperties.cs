using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

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
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void The_file_says_what_the_edits_said_and_none_is_refused() => Prop.ForAll(Cases(), sample =>
    {
        var (text, edits) = sample;
        foreach (var edit in edits)
        {
            var before = UsersFile.Parse(text).Content!;
            var result = edit.Apply(text);
            if (result.Outcome.Status == EditStatus.BrokenFile && !(edit.Kind == EditKind.Protect && HasKeyBelowBlockText(text)))
            {
                throw new InvalidOperationException($"{edit} refused: {result.Outcome.Message}\n{text}");
            }

            text = result.Text ?? text;
            var after = UsersFile.Parse(text).Content!;
            var expected = edit.Expect(before, result.Outcome);
            var found = Facts(after);
            if (!expected.SequenceEqual(found, StringComparer.Ordinal))
            {
                throw new InvalidOperationException($"{edit}\nexpected {string.Join(' ', expected)}\nfound {string.Join(' ', found)}\n{text}");
            }
        }

        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

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
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void Protect_hides_every_key_and_changes_nothing_that_the_file_means() => Prop.ForAll(OperatorFiles.Any().ToArbitrary(), file =>
    {
        var before = UsersFile.Parse(file).Content!;
        var result = UsersFileEdits.Protect(file);
        if (result.Outcome.Status == EditStatus.BrokenFile && HasKeyBelowBlockText(file))
            return true;
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
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

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
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    // A comment below such a key would become a part of the text once the key has gone into a list: rightly refused.
    private static bool HasKeyBelowBlockText(string text) => Regex.IsMatch(text, @"\n *text\r?\n *(#[^\n]*\n *)*api_key:", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

    // Without the mark of an empty list, which goes when something comes below it, and so without blanks.
    private static string[] Lines(string text) => text.Split('\n')
        .Select(line => line.TrimEnd().Replace(" ", "", StringComparison.Ordinal).Replace("[]", "", StringComparison.Ordinal).Replace("~", "", StringComparison.Ordinal)).ToArray();

    private static IEnumerable<string> Count(string text, string kind) => kind == "#"
        ? YamlComments.Read(text).Select(comment => comment.Text).Order(StringComparer.Ordinal)
        : YamlFacts.Of(YamlTree.Read("", text).Root!, "").Where(fact => fact.Contains("/unknown", StringComparison.Ordinal) && !fact.Contains("/keys/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static List<string> Facts(UserDirectory directory) =>
        directory.Users.SelectMany(user => user.Keys.Select(key => $"{user.Name}/{key.Name}/{key.Digest.ToHex()}").Append($"{user.Name}:{user.Blocked}")).Order(StringComparer.Ordinal).ToList();

    private static Arbitrary<(string File, Edit[] Edits)> Cases() =>
        (from file in OperatorFiles.Any()
         from edits in Edits().ArrayOf().Resize(8)
         select (file, edits)).ToArbitrary();

    private static Gen<Edit> Edits() =>
        from kind in Gen.Elements(EditKind.Add, EditKind.Add, EditKind.Revoke, EditKind.Block, EditKind.Unblock, EditKind.Protect)
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
    }

    public sealed record Edit(EditKind Kind, string User, int Number)
    {
        internal TextEdit Apply(string text) => Kind switch
        {
            EditKind.Add => UsersFileEdits.AddKey(text, User, new NewKey($"k{Number}", $"sk-{User}{Number}", Digest, s_now)),
            EditKind.Protect => UsersFileEdits.Protect(text),
            EditKind.Revoke => UsersFileEdits.RevokeKey(text, $"k{Number}", User),
            _ => UsersFileEdits.SetBlocked(text, User, Kind == EditKind.Block),
        };

        internal List<string> Expect(UserDirectory before, EditOutcome outcome)
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
                    facts.Add($"{name}/k{Number}/{Digest.ToHex()}");
                    if (before.FindUser(User) is null)
                    {
                        facts.Add($"{name}:False");
                    }

                    break;
                case EditKind.Revoke:
                    facts.RemoveAll(fact => fact.StartsWith($"{name}/k{Number}/", StringComparison.Ordinal));
                    break;
                case EditKind.Protect:
                    break;
                default:
                    facts.Remove($"{name}:{Kind != EditKind.Block}");
                    facts.Add($"{name}:{Kind == EditKind.Block}");
                    break;
            }

            return facts.Order(StringComparer.Ordinal).ToList();
        }

        private KeyDigest Digest => KeyDigest.Of($"{User} {Number} added");
    }
}
