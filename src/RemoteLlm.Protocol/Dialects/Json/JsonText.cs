using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace RemoteLlm.Protocol.Dialects.Json;

/// <summary>The text of one name, string or number, up to a bound. What is longer is known only to be longer.</summary>
internal sealed class JsonText(int capacity)
{
    private readonly byte[] _buffer = new byte[capacity + 2];
    private int _length;
    private bool _escaped;

    /// <summary>Whether the text was longer than what is kept.</summary>
    public bool Truncated { get; private set; }

    /// <summary>The text as it stood in the document, escapes unresolved.</summary>
    public ReadOnlySpan<byte> Raw => _buffer.AsSpan(1, _length);

    /// <summary>Forgets the text.</summary>
    public void Clear() => (_length, _escaped, Truncated) = (0, false, false);

    /// <summary>Takes the next piece, with its escapes as they are.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > capacity - _length)
        {
            Truncated = true;
            piece = piece[..(capacity - _length)];
        }

        piece.CopyTo(_buffer.AsSpan(1 + _length));
        _length += piece.Length;
    }

    /// <summary>Says that the text has an escape in it.</summary>
    public void MarkEscaped() => _escaped = true;

    /// <summary>Whether the text, its escapes resolved, is the given one.</summary>
    public bool Equals(ReadOnlySpan<byte> expected)
    {
        if (Truncated)
            return false;
        if (!_escaped)
            return Raw.SequenceEqual(expected);

        // Not ValueTextEquals: it throws at half of a surrogate pair. Escapes in a name are rare enough for a string.
        return TryDecode(out var text) && Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(expected);
    }

    /// <summary>Whether a server that does not regard case would take the text, its escapes resolved, for the given one.</summary>
    public bool EqualsIgnoringCase(ReadOnlySpan<byte> expected)
    {
        if (!_escaped && Ascii.IsValid(Raw))
            return !Truncated && Ascii.EqualsIgnoreCase(Raw, expected);

        // Nearly every name differs in its first letter; the long s begins with 0xC5, the Kelvin sign with 0xE2.
        if ((Raw[0] | 0x20) != (expected[0] | 0x20) && Raw[0] is not ((byte)'\\' or 0xC5 or 0xE2))
            return false;
        if (!TryDecode(out var text))
            return false;
        var characters = text.ToCharArray();
        Fold(characters);
        return characters.AsSpan().Equals(Encoding.UTF8.GetString(expected), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Puts plain letters for the two beyond ASCII that servers in Go take for one: the long s and the Kelvin sign (<c>encoding/json</c>, <c>foldFunc</c>). Says whether there were any.
    /// </summary>
    public static bool Fold(Span<char> text)
    {
        if (!text.ContainsAny('\u017f', '\u212a'))
            return false;
        text.Replace('\u017f', 's');
        text.Replace('\u212a', 'k');
        return true;
    }

    /// <summary>The text with its escapes resolved, without memory of its own; false when it is longer than the destination, not whole, or holds half of a surrogate pair.</summary>
    public bool TryDecode(Span<char> destination, out int length)
    {
        length = 0;
        if (Truncated)
            return false;
        if (!_escaped)
            return Utf8.ToUtf16(Raw, destination, out _, out length) == OperationStatus.Done;
        if (!TryDecode(out var text) || text.Length > destination.Length)
            return false;
        text.CopyTo(destination);
        length = text.Length;
        return true;
    }

    /// <summary>The text with its escapes resolved; false when it is not whole or an escape is half of a surrogate pair.</summary>
    public bool TryDecode([NotNullWhen(true)] out string? text)
    {
        text = null;
        if (Truncated)
            return false;
        try
        {
            var reader = Quoted();
            text = reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // The reader's way of saying that a \uD800 stands alone. RFC 8259 allows it in the grammar, no encoding can express it.
            return false;
        }

        return text is not null;
    }

    // The .NET reader resolves escapes; it wants the quotes, for which the buffer keeps a place at either end.
    private Utf8JsonReader Quoted()
    {
        _buffer[0] = _buffer[_length + 1] = (byte)'"';
        var reader = new Utf8JsonReader(_buffer.AsSpan(0, _length + 2));
        reader.Read();
        return reader;
    }
}
