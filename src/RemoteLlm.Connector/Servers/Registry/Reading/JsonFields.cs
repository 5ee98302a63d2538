using System.Text.Json;
using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Servers.Registry.Reading;

/// <summary>
/// Reads the members of one object by name, type and range. Which names are known is what was asked for: <see cref="WarnOfOthers"/> comes last.
/// A member in error reads as absent, and so does one that is null. Messages name what is expected, never what stands there: it might be a key in the wrong place.
/// </summary>
internal sealed class JsonFields
{
    /// <summary>Longest name or other text, in characters.</summary>
    public const int MaxText = 256;

    private readonly string _what;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>Refuses repeated names at once.</summary>
    /// <param name="node">The object.</param>
    /// <param name="path">Where it is, such as <c>servers[0].timeouts</c>; empty for the whole file.</param>
    /// <param name="what">What it describes, for messages: "a server".</param>
    /// <param name="problems">Takes what is wrong.</param>
    public JsonFields(PlacedJson node, string path, string what, FileProblems problems)
    {
        (Node, Path, _what, Problems) = (node, path, what, problems);
        RefuseRepeated(StringComparer.Ordinal);
    }

    public PlacedJson Node { get; }

    public string Path { get; }

    public FileProblems Problems { get; }

    /// <summary>Names that were asked for.</summary>
    public IReadOnlySet<string> Known => _asked;

    /// <summary>The member's value, where it is there and not null.</summary>
    public PlacedJson? Value(string name)
    {
        _asked.Add(name);
        return Node.Find(name);
    }

    public string? Text(string name, int longest = MaxText) =>
        Read(name, $"a text of 1 to {longest} characters in one line", value => value.AsOneLine(longest));

    public bool? Flag(string name) => Read(name, "true or false", value => value.Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => (bool?)null,
    });

    public int? Whole(string name, int least, int most) => (int?)LongWhole(name, least, most);

    public long? LongWhole(string name, long least, long most) =>
        Read(name, $"a whole number from {least} to {most}", value => value.AsWhole() is { } number && number >= least && number <= most ? number : (long?)null);

    public decimal? Amount(string name, int most) =>
        Read(name, $"an amount in US dollars from 0 to {most}", value => value.AsDecimal() is { } number && number >= 0 && number <= most ? number : (decimal?)null);

    /// <summary>A span of time in seconds, fractions allowed.</summary>
    public TimeSpan? Seconds(string name, int most) =>
        Read(name, $"a number of seconds from 0 to {most}", value => value.AsDecimal() is { } number && number >= 0 && number <= most ? TimeSpan.FromSeconds((double)number) : (TimeSpan?)null);

    /// <summary>An object; null where there is none.</summary>
    public JsonFields? Object(string name, string what) => Value(name) switch
    {
        null => null,
        { IsObject: true } node => new JsonFields(node, PathOf(name), what, Problems),
        var other => Wrong(other, name, "an object, { … }"),
    };

    /// <summary>The items of an array of at most so many; null where there is none.</summary>
    public IReadOnlyList<PlacedJson>? Items(string name, int most)
    {
        if (Value(name) is not { } node)
            return null;
        if (!node.IsArray)
            Problems.Error(node.Line, node.Column, $"{PathOf(name)} must be a list, [ … ].");
        else if (node.Items.Count > most)
            Problems.Error(node.Items[most].Line, node.Items[most].Column, $"{PathOf(name)} holds {node.Items.Count} items; at most {most} are read: take some out.");
        return node.IsArray ? node.Items.Take(most).ToList() : null;
    }

    /// <summary>The members of an object whose names are free, at most so many; none where there is no such object.</summary>
    public IReadOnlyList<PlacedMember> Map(string name, int most, StringComparer? comparer = null)
    {
        if (Object(name, name) is not { } map)
            return [];
        if (comparer is not null)
            map.RefuseRepeated(comparer);
        var members = map.Node.Members;
        if (members.Count > most)
            Problems.Error(members[most].Line, members[most].Column, $"{PathOf(name)} holds {members.Count} members; at most {most} are read: take some out.");
        foreach (var member in members.Where(member => member.Name.Length is 0 or > MaxText || member.Name.Any(char.IsControl)))
            Problems.Error(member.Line, member.Column, $"A name in {PathOf(name)} must be a text of 1 to {MaxText} characters in one line.");
        return [.. members.Take(most).DistinctBy(member => member.Name)];
    }

    /// <summary>An error at a member's value, or at the object where it has no such member.</summary>
    public void Error(string name, string message)
    {
        var at = Node.Find(name) ?? Node;
        Problems.Error(at.Line, at.Column, $"{PathOf(name)} {message}");
    }

    /// <summary>Members that nobody asked for are kept and have no effect.</summary>
    public void WarnOfOthers()
    {
        foreach (var member in Node.Members.Where(member => !_asked.Contains(member.Name)))
        {
            var near = NearMisses.Find(member.Name, _asked);
            var meant = near.Count > 0 ? $" Did you mean \"{near[0]}\"?" : "";
            Problems.Warn(member.Line, member.Column, $"{PathOf(member.Name)} is not a member of {_what}; it is kept and has no effect.{meant}");
        }
    }

    public string PathOf(string name) => JsonPath.Member(Path, name);

    // Those that differ in nothing were refused when the object was opened.
    private void RefuseRepeated(StringComparer comparer)
    {
        var lines = new Dictionary<string, PlacedMember>(comparer);
        foreach (var member in Node.Members)
        {
            if (!lines.TryAdd(member.Name, member) && (ReferenceEquals(comparer, StringComparer.Ordinal) || lines[member.Name].Name != member.Name))
                Problems.Error(member.Line, member.Column, $"{PathOf(member.Name)} stands here a second time (first in line {lines[member.Name].Line}); remove one of the two.");
        }
    }

    private T? Read<T>(string name, string expected, Func<PlacedJson, T?> convert)
        where T : struct
    {
        var value = Value(name);
        var read = value is null ? null : convert(value);
        if (value is not null && read is null)
            Wrong(value, name, expected);
        return read;
    }

    private string? Read(string name, string expected, Func<PlacedJson, string?> convert)
    {
        var value = Value(name);
        var read = value is null ? null : convert(value);
        if (value is not null && read is null)
            Wrong(value, name, expected);
        return read;
    }

    private JsonFields? Wrong(PlacedJson at, string name, string expected)
    {
        Problems.Error(at.Line, at.Column, $"{PathOf(name)} must be {expected}.");
        return null;
    }
}
