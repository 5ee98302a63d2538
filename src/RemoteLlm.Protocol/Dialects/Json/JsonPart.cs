using System.Buffers.Text;

namespace RemoteLlm.Protocol.Dialects.Json;

/// <summary>A member of an object or an element of an array.</summary>
internal readonly ref struct JsonPart
{
    /// <summary>The member's name as it stands in the document, without quotes and escapes unresolved; empty for an element.</summary>
    public ReadOnlySpan<byte> RawName { get; init; }

    /// <summary>Its value.</summary>
    public JsonValue Value { get; init; }

    /// <summary>
    /// Whether the name, its escapes resolved, is the given one, which holds letters, digits and underscores only. Not the reader's ValueTextEquals: it throws
    /// at half of a surrogate pair, and a body may hold a million such names.
    /// </summary>
    public bool NameIs(ReadOnlySpan<byte> expected)
    {
        var name = RawName;
        if (!name.Contains((byte)'\\'))
            return name.SequenceEqual(expected);

        foreach (var character in expected)
        {
            if (name is [(byte)'\\', (byte)'u', _, _, _, _, ..])
            {
                if (!Utf8Parser.TryParse(name.Slice(2, 4), out ushort escaped, out var digits, 'x') || digits != 4 || escaped != character)
                    return false;
                name = name[6..];
            }
            else
            {
                if (name.IsEmpty || name[0] != character)
                    return false;
                name = name[1..];
            }
        }

        return name.IsEmpty;
    }
}
