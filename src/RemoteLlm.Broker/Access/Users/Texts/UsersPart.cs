using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;

namespace RemoteLlm.Broker.Access.Users.Texts;

/// <summary>
/// What of <c>users.yaml</c> an edit is made on: some entries as if they were the whole file, or the whole file where these have no lines of their own. The edit is checked on the same part, because
/// all else keeps its bytes; where that proves nothing, it is checked on the whole.
/// </summary>
internal sealed class UsersPart
{
    private readonly UsersText _file;
    private readonly EntryLines? _lines;
    private readonly int _first;
    private readonly int _count;

    private UsersPart(UsersText file, EntryLines? lines, int first, int count, string text, YamlMapping root) =>
        (_file, _lines, _first, _count, Text, Root) = (file, lines, first, count, text, root);

    /// <summary>The part as a file.</summary>
    public string Text { get; }

    /// <summary>The same, read.</summary>
    public YamlMapping Root { get; }

    /// <summary>The whole of a file without an error.</summary>
    public static UsersPart Whole(UsersText file) => new(file, null, 0, 0, file.Text, YamlTree.Read(UsersFile.Name, file.Text).Root!);

    /// <summary>Some entries; the whole where they cannot be read by themselves.</summary>
    public static UsersPart Of(UsersText file, EntryLines lines, int first, int count)
    {
        var alone = lines.Alone(file.EntriesAt(first, count), withNext: false);
        return YamlTree.Read(UsersFile.Name, alone).Root is { } root ? new UsersPart(file, lines, first, count, alone, root) : Whole(file);
    }

    /// <summary>The edit of the whole file, checked; or the refusal of it.</summary>
    /// <param name="after">What the part would be; null where no place for the change was found.</param>
    /// <param name="gone">The facts that go.</param>
    /// <param name="added">The facts that come.</param>
    /// <param name="message">What was done.</param>
    public TextEdit Checked(string? after, IEnumerable<string> gone, IEnumerable<string> added, string message)
    {
        if (after is null || _lines is null || !after.AsSpan().StartsWith(Text.AsSpan(0, _lines.HeadingLength)))
            return OnWhole(_lines is null ? after : null, gone, added, message);
        IReadOnlyList<string> going = [.. gone], coming = [.. added];
        var old = _file.EntriesAt(_first, _count);
        var lines = after[_lines.HeadingLength..];
        if (_file.With(_first, _count, lines) is not { } edited)
            return OnWhole(string.Concat(_file.Text.AsSpan(0, _file.StartOf(_first)), lines, _file.Text.AsSpan(_file.StartOf(_first) + old.Length)), going, coming, message);
        var part = CheckedEdit.Check(UsersFile.Name, _lines.Alone(old, withNext: true), _lines.Alone(lines, withNext: true), going, coming, static (YamlMapping _) => true, message);
        return part.Text is null ? OnWhole(edited.Text, going, coming, message) : TextEdit.To(edited.Text, message);
    }

    private TextEdit OnWhole(string? after, IEnumerable<string> gone, IEnumerable<string> added, string message) =>
        CheckedEdit.Check(UsersFile.Name, _file.Text, after, gone, added, static (YamlMapping read) => UsersFile.IsGood(read), message);
}
