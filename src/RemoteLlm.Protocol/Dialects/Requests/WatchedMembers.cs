using System.Collections.Frozen;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>
/// The names of top-level members whose place in a body <see cref="RequestScanner"/> is to note. One list serves all requests; where the server is chosen only after the
/// scan, it has the names of all servers.
/// </summary>
public sealed class WatchedMembers
{
    /// <summary>The longest name, in characters.</summary>
    public const int LongestName = 128;

    private readonly string[] _names;
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <summary>A list of the given names. Of two that differ in their case only the first is kept: either stands for both.</summary>
    /// <exception cref="ArgumentException">A name is longer than <see cref="LongestName"/>.</exception>
    public WatchedMembers(IEnumerable<string> names)
    {
        _names = [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
        if (Array.Exists(_names, name => name.Length > LongestName))
            throw new ArgumentException($"The name of a member has more than {LongestName} characters.", nameof(names));
        var indices = _names.Select((name, index) => KeyValuePair.Create(name, index)).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _lookup = indices.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>No names.</summary>
    public static WatchedMembers None { get; } = new([]);

    /// <summary>All names of all the given servers' members.</summary>
    public static WatchedMembers Of(IEnumerable<RequestMembers> members) => new(members.SelectMany(one => one.Names));

    /// <summary>Where a name is in the list, in whatever case it is written; -1 when it is not.</summary>
    internal int IndexOf(string name) => _lookup.TryGetValue(name, out var index) ? index : -1;

    /// <summary>Where the name that was read is in the list.</summary>
    /// <param name="text">The name.</param>
    /// <param name="isExact">Whether it is written as in the list. Servers in Go match names without regard to case, others do not.</param>
    internal int IndexOf(JsonText text, out bool isExact)
    {
        isExact = false;
        Span<char> name = stackalloc char[LongestName];
        if (_names.Length == 0 || !text.TryDecode(name, out var length))
            return -1;
        name = name[..length];
        if (!_lookup.TryGetValue(name, out var index))
            return JsonText.Fold(name) && _lookup.TryGetValue(name, out index) ? index : -1;
        isExact = name.SequenceEqual(_names[index]);
        return index;
    }
}
