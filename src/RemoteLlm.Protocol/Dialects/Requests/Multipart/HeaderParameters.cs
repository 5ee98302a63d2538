using System.Buffers;

namespace RemoteLlm.Protocol.Dialects.Requests.Multipart;

/// <summary>
/// The value of a header and its parameters: <c>type; name=token; name="text"</c>. No white space around the equals sign, no escaped quote: a part of
/// the parsers takes <c>\"</c> for the end of the text and reads on, so neither reading is safe.
/// </summary>
internal ref struct HeaderParameters
{
    /// <summary>The characters of a token (RFC 9110, section 5.6.2).</summary>
    public static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private readonly SearchValues<byte> _unquoted;
    private ReadOnlySpan<byte> _rest;

    /// <summary>Stands before the first parameter.</summary>
    /// <param name="header">The header's value.</param>
    /// <param name="unquoted">What a value without quotes may consist of.</param>
    public HeaderParameters(ReadOnlySpan<byte> header, SearchValues<byte> unquoted)
    {
        _unquoted = unquoted;
        var semicolon = header.IndexOf((byte)';');
        Type = (semicolon < 0 ? header : header[..semicolon]).Trim(" \t"u8);
        _rest = semicolon < 0 ? default : header[(semicolon + 1)..];
    }

    /// <summary>What stands before the parameters.</summary>
    public ReadOnlySpan<byte> Type { get; }

    /// <summary>The name of the current parameter, as it is written.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value of the current parameter, without its quotes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether what follows is no parameter.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Goes to the next parameter; false at the end, and where there is something else.</summary>
    public bool Read()
    {
        _rest = _rest.TrimStart(" \t"u8);
        if (_rest.IsEmpty)
            return false;
        IsMalformed = !TryReadName() || !TryReadValue() || !TryReadSeparator();
        return !IsMalformed;
    }

    private bool TryReadName()
    {
        var length = _rest.IndexOfAnyExcept(Token);
        if (length <= 0 || _rest[length] != '=')
            return false;
        Name = _rest[..length];
        _rest = _rest[(length + 1)..];
        return true;
    }

    private bool TryReadValue()
    {
        if (!_rest.StartsWith("\""u8))
        {
            var length = _rest.IndexOfAnyExcept(_unquoted);
            Value = length < 0 ? _rest : _rest[..length];
            _rest = _rest[Value.Length..];
            return !Value.IsEmpty;
        }

        var end = _rest[1..].IndexOf((byte)'"');
        if (end < 0)
            return false;
        Value = _rest[1..][..end];
        _rest = _rest[(end + 2)..];
        return !Value.EndsWith("\\"u8);
    }

    private bool TryReadSeparator()
    {
        _rest = _rest.TrimStart(" \t"u8);
        if (_rest.IsEmpty)
            return true;
        if (_rest[0] != ';')
            return false;
        _rest = _rest[1..];
        return true;
    }
}
