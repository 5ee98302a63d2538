using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users.Texts;

/// <summary>
/// A text of <c>users.yaml</c> with all that was read of it. Where its entries have lines of their own, a text that differs in a few of them is read by those alone: of thousands, the whole takes longer
/// than everything else that an edit does. Never changes.
/// </summary>
internal sealed class UsersText
{
    /// <summary>As many problems are told; after those nobody reads on.</summary>
    private const int MostProblems = 100;

    /// <summary>So many are read in no time, even twice.</summary>
    private const int FewCharacters = 4096;

    private readonly RequestLimits _limits;
    private readonly ReadUsers _read;
    private readonly UserEntry[] _entries;
    private readonly EntryLines? _lines;
    private readonly int _end;

    private UsersText(string text, RequestLimits limits, ReadUsers read, EntryLines? lines, UserEntry[] entries, int end)
    {
        (Text, _limits, _read, _lines, _entries, _end) = (text, limits, read, lines, entries, end);
        IReadOnlyList<FileProblem> warnings = [.. read.Before.Concat(entries.SelectMany(In)).Concat(read.After).Take(MostProblems)];
        Reading = new FileReading<UserDirectory>(new UserDirectory([.. entries.Select(entry => entry.User)]), [], warnings);

        static IEnumerable<FileProblem> In(UserEntry entry) => entry.Warnings.Count == 0 ? [] : entry.Warnings.Select(warning => warning with { Line = warning.Line + entry.Line });
    }

    private UsersText(string text, RequestLimits limits, FileReading<UserDirectory> broken)
    {
        (Text, _limits, Reading, _entries) = (text, limits, broken, []);
        _read = new ReadUsers(broken.Errors, new UserLimits(limits, Budget.None, Weight: 1), [], [], []);
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>What it means, without the keys of the environment; or the errors in it.</summary>
    public FileReading<UserDirectory> Reading { get; }

    /// <summary>The limits of who has none of his own; meaningless where there are errors.</summary>
    public UserLimits Defaults => _read.Defaults;

    /// <summary>A text that nobody has read before.</summary>
    public static implicit operator UsersText(string text) => Read(text, RequestLimits.Default);

    /// <summary>Reads the whole.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limits">Limits for what neither a user nor <c>defaults:</c> says.</param>
    public static UsersText Read(string text, RequestLimits limits)
    {
        var (root, broken) = YamlTree.Read(UsersFile.Name, text);
        if (root is null)
            return new UsersText(text, limits, new FileReading<UserDirectory>(null, [broken!], []));
        var read = new UsersFileReader().Read(root, limits);
        if (read.Errors.Count > 0)
        {
            IEnumerable<FileProblem> warnings = [.. read.Before, .. read.Users.SelectMany(user => user.Warnings), .. read.After];
            return new UsersText(text, limits, new FileReading<UserDirectory>(null, [.. read.Errors.Take(MostProblems)], [.. warnings.Take(MostProblems)]));
        }

        var items = (root.Find("users")?.Value as YamlSequence)?.Items ?? [];
        var kept = read with { Users = [] };
        return EntryLines.Of(text, root) is var (lines, starts, end)
            ? new UsersText(text, limits, kept, lines, Entries(read, items, starts, 0), end)
            : new UsersText(text, limits, kept, null, Entries(read, items, [.. items.Select(item => item.Start)], 0), text.Length);
    }

    /// <summary>The same, to be edited only as a whole: as the other edits are checked against.</summary>
    public UsersText AsWhole() => new(Text, _limits, _read, null, _entries, Text.Length);

    /// <summary>Whether another text, read as YAML, means the same users.</summary>
    public bool MeansTheSame(YamlMapping root) =>
        new UsersFileReader().Read(root, _limits) is { Errors.Count: 0 } read && read.Users.Select(entry => entry.User).SequenceEqual(Reading.Content!.Users);

    /// <summary>The same file with a later text.</summary>
    public UsersText Following(string text)
    {
        if (text == Text)
            return this;
        if (_lines is null)
            return Read(text, _limits);

        // Whole entries around the lines that differ, and the one above them: what comes in front of a dash is its.
        var same = TextLines.StartOf(Text, Text.AsSpan().CommonPrefixLength(text));
        var sameBehind = CommonSuffix(Text.AsSpan(same), text.AsSpan(same));
        var first = Array.FindLastIndex(_entries, entry => entry.Start < same);
        var next = Array.FindIndex(_entries, entry => entry.Start >= Text.Length - sameBehind);
        var end = next < 0 ? _end : _entries[next].Start;
        if (first < 0 || end < Text.Length - sameBehind)
            return Read(text, _limits);
        var (start, length) = (_entries[first].Start, text.Length - (Text.Length - end) - _entries[first].Start);
        return length > 0 && length <= Math.Max(FewCharacters, text.Length / 2) && With(first, (next < 0 ? _entries.Length : next) - first, text.Substring(start, length)) is { } following ? following : Read(text, _limits);
    }

    /// <summary>The text with other lines in the place of some entries; null unless these are entries too, without an error, and end where the next one or the end of all begins.</summary>
    /// <param name="first">The first entry that goes, from 0.</param>
    /// <param name="count">How many go, at least one.</param>
    /// <param name="lines">What comes.</param>
    public UsersText? With(int first, int count, string lines)
    {
        if (_lines is null || EntriesAt(first, count) is not [.., '\r' or '\n'] old || _lines.Read(lines) is not var (items, starts))
            return null;
        if (first + count == _entries.Length && !EndsAlike(lines, items))
            return null;
        var read = new UsersFileReader().Read(items, _read.Defaults);
        if (read.Errors.Count > 0 || Clashes(first, count, read))
            return null;

        var (moved, below) = (lines.Length - old.Length, LineBreaks(lines) - LineBreaks(old));
        var middle = Entries(read, items, starts, _entries[first].Start);
        // Those were read under a heading of one line.
        foreach (ref var entry in middle.AsSpan())
            entry = entry with { Line = entry.Line - 2 + _entries[first].Line };
        var behind = _entries.Skip(first + count).Select(entry => entry with { Start = entry.Start + moved, Line = entry.Line + below });
        var start = _entries[first].Start;
        return new UsersText(
            string.Concat(Text.AsSpan(0, start), lines, Text.AsSpan(start + old.Length)),
            _limits,
            _read with { Users = [], Before = Moved(_read.Before), After = Moved(_read.After) },
            _lines,
            [.. _entries.AsSpan(0, first), .. middle, .. behind],
            _end + moved);

        IReadOnlyList<FileProblem> Moved(IReadOnlyList<FileProblem> problems) => [.. problems.Select(problem => problem.Line > _entries[0].Line ? problem with { Line = problem.Line + below } : problem)];
    }

    /// <summary>The part of the file that an edit of one user's entry needs: that entry, or the whole.</summary>
    public UsersPart PartOf(UserRecord user) => Part(IndexOf(user), 1);

    /// <summary>The part of the file that an edit needs which takes an entry out: what it leaves behind belongs to the one above.</summary>
    public UsersPart PartAround(UserRecord user) => IndexOf(user) is var index && index > 0 ? Part(index - 1, 2) : Part(0, Math.Min(2, _entries.Length));

    /// <summary>The part of the file that an edit needs which adds an entry at the end.</summary>
    public UsersPart LastPart() => _entries.Length > 0 ? Part(_entries.Length - 1, 1) : UsersPart.Whole(this);

    /// <summary>The lines of some entries.</summary>
    public ReadOnlySpan<char> EntriesAt(int first, int count)
    {
        var start = _entries[first].Start;
        return Text.AsSpan(start, (first + count < _entries.Length ? _entries[first + count].Start : _end) - start);
    }

    /// <summary>Where an entry begins.</summary>
    public int StartOf(int entry) => _entries[entry].Start;

    private UsersPart Part(int first, int count) => _lines is null || first < 0 ? UsersPart.Whole(this) : UsersPart.Of(this, _lines, first, count);

    private int IndexOf(UserRecord user) => Array.FindIndex(_entries, entry => ReferenceEquals(entry.User, user));

    private static UserEntry[] Entries(ReadUsers read, IReadOnlyList<YamlNode> items, int[] starts, int offset)
    {
        var entries = new UserEntry[starts.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            var ((user, warnings), line) = (read.Users[i], items[i].Line);
            entries[i] = new UserEntry(offset + starts[i], line, user, warnings.Count == 0 ? [] : [.. warnings.Select(warning => warning with { Line = warning.Line - line })]);
        }

        return entries;
    }

    // Whether entries mean where the list ends what they mean before another entry: how far blanks may reach that are to be block text depends on the column of what is behind them.
    private bool EndsAlike(string lines, IReadOnlyList<YamlNode> items) =>
        YamlTree.Read(UsersFile.Name, string.Concat(_lines!.Alone(lines, withNext: false), Text.AsSpan(_end))).Root?.Find("users")?.Value is YamlSequence list
        && FactsOf(list.Items).SequenceEqual(FactsOf(items), StringComparer.Ordinal);

    private static IEnumerable<string> FactsOf(IReadOnlyList<YamlNode> items) => items.SelectMany(static item => YamlFacts.Of(item, EntrySteps.UserPath));

    // Whether somebody in the other entries has the same name, GitLab number or key.
    private bool Clashes(int first, int count, ReadUsers read)
    {
        var directory = Reading.Content!;
        var gone = _entries.AsSpan(first, count).ToArray().Select(entry => entry.User).ToHashSet<UserRecord>(ReferenceEqualityComparer.Instance);
        return read.Users.Any(entry => IsOther(directory.FindUser(entry.User.Name))
            || (entry.User.GitLabId is { } id && IsOther(directory.FindGitLabId(id)))
            || entry.User.Keys.Any(key => directory.TryFind(key.Digest, out var known) && IsOther(directory.FindUser(known.User))));

        bool IsOther(UserRecord? found) => found is not null && !gone.Contains(found);
    }

    private static int CommonSuffix(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var length = 0;
        while (length < one.Length && length < other.Length && one[^(length + 1)] == other[^(length + 1)])
            length++;
        return length;
    }

    private static int LineBreaks(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (; text.IndexOfAny('\r', '\n') is >= 0 and var at; count++)
            text = text[(at + (text[at..].StartsWith("\r\n", StringComparison.Ordinal) ? 2 : 1))..];
        return count;
    }
}
