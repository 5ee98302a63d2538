using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Connector.Servers.Registry.Editing;
using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Registry;

/// <summary>Any file that an operator might write, under edits: what we did not mean to change is there afterwards. A failure prints its seed.</summary>
public sealed class ServersFileEditProperties
{
    private static readonly ServerDraft s_new = new("new", "http://n:1") { Priority = 3 };

    [Fact]
    public void Add_then_remove_leaves_the_same_meaning_and_every_comment() => Prop.ForAll(HandWrittenFiles.Any().ToArbitrary(), text =>
    {
        var added = ServersFileEdits.Add(text, s_new, "/");
        Need(added.Text is not null, added.Outcome.Message, text);
        var removed = ServersFileEdits.Remove(added.Text!, "new", "/");
        Need(removed.Text is not null, removed.Outcome.Message, added.Text!);

        Need(Comments(text).SequenceEqual(Comments(added.Text!)), "a comment was lost by adding", added.Text!);
        Need(Comments(text).SequenceEqual(Comments(removed.Text!)), "a comment was lost by removing", removed.Text!);
        Need(Meaning(text) == Meaning(removed.Text!), "another meaning", removed.Text!);
        Need(Entries(added.Text!).SequenceEqual([.. Entries(text), "new"]), "not the entries that should be there", added.Text!);
        return true;
    }).Check(Draws.Properties(1000));

    [Fact]
    public void Any_entry_can_be_removed_and_the_others_keep_every_word() => Prop.ForAll(Cases(), sample =>
    {
        var (text, number) = sample;
        var name = $"s{number}";
        var edit = ServersFileEdits.Remove(text, name, "/");
        if (!Entries(text).Contains(name))
            return edit.Text is null;
        Need(edit.Text is not null, edit.Outcome.Message, text);
        Need(Entries(edit.Text!).SequenceEqual(Entries(text).Where(entry => entry != name)), "not the entries that should be there", edit.Text!);
        foreach (var item in PlacedJsonReader.Read("", text).Root!.Find("servers")!.Items.Where(item => item.Find("name")!.Text != name))
            Need(edit.Text!.Contains(text[item.Start..item.End], StringComparison.Ordinal), "another entry was touched", edit.Text!);
        return true;
    }).Check(Draws.Properties(1000));

    [Fact]
    public void Line_ends_stay_of_one_kind() => Prop.ForAll(HandWrittenFiles.Any().ToArbitrary(), file =>
    {
        var text = file.ReplaceLineEndings("\r\n");
        var added = ServersFileEdits.Add(text, s_new, "/").Text!;
        return !text.Contains('\n', StringComparison.Ordinal) || !added.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n');
    }).Check(Draws.Properties(300));

    [Fact]
    public void Places_are_those_of_the_text() => Prop.ForAll(HandWrittenFiles.Any().ToArbitrary(), text =>
    {
        foreach (var member in PlacedJsonReader.Read("", text).Root!.Find("servers")?.Items.SelectMany(item => item.Members) ?? [])
        {
            Need(text.AsSpan(member.Start).StartsWith($"\"{member.Name}\""), "not the start of a name", text);
            Need(member.Column == member.Start - text.LastIndexOf('\n', member.Start) && member.Line == text.AsSpan(0, member.Start).Count('\n') + 1, "not its line and column", text);
        }

        return true;
    }).Check(Draws.Properties(300));

    private static Arbitrary<(string Text, int Number)> Cases() =>
        (from text in HandWrittenFiles.Any()
         from number in Gen.Choose(0, 4)
         select (text, number)).ToArbitrary();

    private static IEnumerable<string> Comments(string text) => JsonComment.FindAll(text).Select(comment => text[comment.Start..comment.End].TrimEnd());

    // No list of servers, null and an empty one mean the same.
    private static string Meaning(string text)
    {
        var root = PlacedJsonReader.Read("", text).Root!;
        return CanonicalJson.Of(root, name => name != "servers") + string.Concat(CheckedJsonEdit.Entries(root));
    }

    private static IEnumerable<string> Entries(string text) => ServersJson.Parse(text, "/").Content!.Servers.Select(server => server.Name);

    private static void Need(bool holds, string problem, string text)
    {
        if (!holds)
            throw new InvalidOperationException($"{problem}\n{text}");
    }
}
