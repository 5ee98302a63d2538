using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Access.Users.Texts;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Access.Users.Texts;

/// <summary>What is read and checked by parts of a file is what is read and checked by the whole, whatever the file looks like.</summary>
public sealed class UsersTextProperties
{
    [Fact]
    public void An_edit_checked_on_its_entry_is_the_edit_checked_on_the_whole() => Prop.ForAll(Cases(), sample =>
    {
        var (text, edits) = sample;
        foreach (var edit in edits)
        {
            if (UsersText.Read(text, RequestLimits.Default) is not { Reading.Content: not null } file)
                return true;
            var (part, whole) = (edit.Apply(file), edit.Apply(file.AsWhole()));
            if (part.Text != whole.Text || part.Outcome != whole.Outcome)
                throw new InvalidOperationException($"{edit}\npart: {part}\nwhole: {whole}\n{Shown(text)}");
            text = part.Text ?? text;
        }

        return true;
    }).Check(Draws.Properties(2000));

    [Fact]
    public void A_text_read_by_what_differs_is_the_text_read_as_a_whole() => Prop.ForAll(Changes(), sample =>
    {
        var (first, seed) = sample;
        var random = new Random(seed);
        var file = UsersText.Read(first, RequestLimits.Default);
        for (var change = 0; change < 6 && file.Reading.Content is not null; change++)
        {
            var text = HostileFiles.Strike(file.Text, random.Next(1, 3), random);
            var following = file.Following(text);
            Same(following, text, file.Text);
            // And back: what was odd goes again.
            if (following.Reading.Content is not null)
                Same(following.Following(file.Text), file.Text, text);
            if (following.Reading.Content is not null)
                file = following;
        }

        return true;
    }).Check(Draws.Properties(2000));

    [Theory]
    [InlineData("users:\n  - gitlab_username: a\n  - gitlab_username: b\n    unknown: |\n      text\n  # below\n  - gitlab_username: c\n")]
    [InlineData("users:\r\n- gitlab_username: a\r\n- gitlab_username: b\r\n- {gitlab_username: c}\r\ndefaults: {burst: 3}\r\n")]
    [InlineData("users:\n  - gitlab_username: a\n  - gitlab_username: b\n  - gitlab_username: c")]
    public void One_entry_of_a_file_on_lines_is_read_alone(string text)
    {
        var file = UsersText.Read(text, RequestLimits.Default);
        var blocked = UserEntryEdits.SetBlocked(file, "b", blocked: true).Text!;

        var following = file.Following(blocked);

        Assert.True(following.Reading.Content!.FindUser("b")!.Blocked);
        // The very objects: nobody has read the others again.
        Assert.Same(file.Reading.Content!.FindUser("a"), following.Reading.Content.FindUser("a"));
        Assert.Same(file.Reading.Content.FindUser("c"), following.Reading.Content.FindUser("c"));
    }

    [Theory]
    // The reader of YAML takes a colon away from a word behind a brace, which may stand in the entry above.
    [InlineData("users:\n- gitlab_username: a\n- {gitlab_username: b}\n- 'gitlab_username': :c\n", "users:\n- gitlab_username: a\n- gitlab_username: b\n- 'gitlab_username': :c\n")]
    // Unicode has more line ends.
    [InlineData("users:\n- gitlab_username: a\n- gitlab_username: b\u2028defaults: {burst: 3}\n", "users:\n- gitlab_username: a\n- gitlab_username: b\n")]
    [InlineData("users:\n- gitlab_username: a\n- gitlab_username: b\n# c\u0085defaults: {burst: 3}\n", "users:\n- gitlab_username: a\n- gitlab_username: b\n# c\n")]
    // Two line ends become one.
    [InlineData("users:\n- gitlab_username: a\n- gitlab_username: b\n\ndefaults: {unknown: 3}\n", "users:\n- gitlab_username: a\n- gitlab_username: b\r\ndefaults: {unknown: 3}\n")]
    // Blanks that are to be block text may reach as far as what is behind them begins: a dash, or the end.
    [InlineData("users:\n  - gitlab_username: a\n  - gitlab_username: b\n    unknown: >\n      c\n", "users:\n  - gitlab_username: a\n  - gitlab_username: b\n    unknown: >\n  \n")]
    public void A_text_to_fear_is_read_as_a_whole(string before, string after) =>
        Same(UsersText.Read(before, RequestLimits.Default).Following(after), after, before);

    private static void Same(UsersText following, string text, string before)
    {
        var whole = UsersText.Read(text, RequestLimits.Default);
        var isSame = following.Text == text
            && following.Reading.Errors.SequenceEqual(whole.Reading.Errors)
            && following.Reading.Warnings.SequenceEqual(whole.Reading.Warnings)
            && (following.Reading.Content is null || following.Defaults == whole.Defaults)
            && (following.Reading.Content?.Users ?? []).SequenceEqual(whole.Reading.Content?.Users ?? []);
        if (!isSame)
            throw new InvalidOperationException($"{Told(following)}\n-\n{Told(whole)}\n{Shown(before)}\n=>\n{Shown(text)}");

        static string Told(UsersText read) => $"{string.Join(' ', read.Reading.Content?.Users.Select(user => user.Name) ?? [])}\n{string.Join('\n', read.Reading.Errors.Concat(read.Reading.Warnings))}";
    }

    private static string Shown(string text) => text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal).Replace("\u2028", "\\u2028", StringComparison.Ordinal).Replace("\u0085", "\\u0085", StringComparison.Ordinal).Replace("\uFEFF", "\\uFEFF", StringComparison.Ordinal);

    private static Arbitrary<(string File, UsersFileEditProperties.Edit[] Edits)> Cases() =>
        (from file in HostileFiles.Any()
         from edits in Edits().ArrayOf().Resize(6)
         select (file, edits)).ToArbitrary();

    private static Gen<UsersFileEditProperties.Edit> Edits() => Gen.OneOf(
        UsersFileEditProperties.Edits(),
        from kind in Gen.Elements(UsersFileEditProperties.EditKind.Remove, UsersFileEditProperties.EditKind.Approve)
        from user in Gen.Elements("u0", "u1", "u2")
        select new UsersFileEditProperties.Edit(kind, user, 0));

    private static Arbitrary<(string First, int Seed)> Changes() =>
        (from first in OperatorFiles.Any()
         from seed in Gen.Choose(0, int.MaxValue)
         select (first, seed)).ToArbitrary();
}
