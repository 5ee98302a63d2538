using System.Buffers.Text;
using System.Text;

namespace RemoteLlm.Protocol.Dialects.Requests.Multipart;

/// <summary>The headers of one part, collected from pieces of any size and checked.</summary>
internal sealed class PartHeaders
{
    /// <summary>How much the headers of one part may take, in bytes. Those of real clients take 200.</summary>
    public const int MaxBytes = 8 * 1024;

    private readonly byte[] _block = new byte[MaxBytes];
    private int _length;
    private int _lineStart;
    private int _valueAt;
    private PartDisposition? _disposition;
    private bool _typeSeen;
    private bool _isPlainText;
    private bool _encodingSeen;
    private bool _isEncoded;

    /// <summary>What the part is, once <see cref="IsComplete"/>.</summary>
    public FormField Field => _disposition?.Field ?? FormField.Other;

    /// <summary>The length that the part claims to have; null when it claims none.</summary>
    public long? ContentLength { get; private set; }

    /// <summary>Where that length is written, in bytes from the first header's first.</summary>
    public (int At, int Length) ContentLengthText { get; private set; }

    /// <summary>Whether the blank line has come.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Why the headers cannot be accepted; null when they can.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether these bytes occur in what has come of the headers.</summary>
    public bool Contains(ReadOnlySpan<byte> bytes) => _block.AsSpan(0, _length).IndexOf(bytes) >= 0;

    /// <summary>Where the fault is, in bytes from the first header's first.</summary>
    public int FaultOffset { get; private set; }

    /// <summary>How many lines there are before the one that the fault is in.</summary>
    public int FaultLine => _block.AsSpan(0, FaultOffset).Count((byte)'\n');

    /// <summary>Begins with another part.</summary>
    public void Begin()
    {
        (_length, _lineStart, _disposition, ContentLength) = (0, 0, null, null);
        (_typeSeen, _isPlainText, _encodingSeen, _isEncoded) = (false, true, false, false);
        IsComplete = false;
    }

    /// <summary>Takes the next bytes, no further than the blank line. Returns how many were taken.</summary>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (!IsComplete && Fault is null && taken < bytes.Length)
        {
            var rest = bytes[taken..];
            var lineFeed = rest.IndexOf((byte)'\n');
            var piece = lineFeed < 0 ? rest : rest[..(lineFeed + 1)];
            if (piece.Length > MaxBytes - _length)
            {
                Fail(_lineStart, "the headers of a part are longer than 8 KB");
                break;
            }

            piece.CopyTo(_block.AsSpan(_length));
            _length += piece.Length;
            taken += piece.Length;
            if (lineFeed >= 0)
                EndLine();
        }

        return taken;
    }

    private void EndLine()
    {
        ReadOnlySpan<byte> line = _block.AsSpan(_lineStart.._length);
        if (!line.EndsWith("\r\n"u8))
        {
            Fail(_length - 1, "a header line of a part ends in a line feed alone; lines end in CR LF");
            return;
        }

        line = line[..^2];
        if (line.IsEmpty)
            Fault = FaultOfPart();
        else
            TakeLine(line);
        if (Fault is not null)
            return;
        _lineStart = _length;
        IsComplete = line.IsEmpty;
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] is (< 0x20 and not (byte)'\t') or 0x7F)
            {
                Fail(_lineStart + i, $"the headers of a part hold the control character 0x{line[i]:X2}");
                return;
            }
        }

        var colon = line.IndexOf((byte)':');
        _valueAt = _lineStart + line.Length - line[(colon + 1)..].TrimStart(" \t"u8).Length;
        if (line[0] is (byte)' ' or (byte)'\t')
            Fail(_lineStart, "a header of a part is continued on a second line");
        else if (colon <= 0 || line[..colon].IndexOfAnyExcept(HeaderParameters.Token) >= 0)
            Fail(_lineStart, "a header line of a part is no \"name: value\"");
        else if (FaultOf(line[..colon], line[(colon + 1)..].Trim(" \t"u8)) is { } fault)
            Fail(_lineStart, fault);
    }

    private string? FaultOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var repeated = false;
        string? fault = null;
        if (Ascii.EqualsIgnoreCase(name, "Content-Disposition"u8))
        {
            repeated = _disposition is not null;
            _disposition = PartDisposition.Parse(value);
            fault = _disposition.Value.Fault;
        }
        else if (Ascii.EqualsIgnoreCase(name, "Content-Type"u8))
        {
            (repeated, _typeSeen) = (_typeSeen, true);
            _isPlainText = IsPlainText(value);
            fault = value.Length >= 10 && Ascii.EqualsIgnoreCase(value[..10], "multipart/"u8) ? "a part is itself multipart" : null;
        }
        else if (Ascii.EqualsIgnoreCase(name, "Content-Transfer-Encoding"u8))
        {
            (repeated, _encodingSeen) = (_encodingSeen, true);
            _isEncoded |= !(Ascii.EqualsIgnoreCase(value, "7bit"u8) || Ascii.EqualsIgnoreCase(value, "8bit"u8) || Ascii.EqualsIgnoreCase(value, "binary"u8));
        }
        else if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
        {
            repeated = ContentLength is not null;
            fault = TryParseLength(value, out var length) ? null : "the Content-Length of a part is no number";
            ContentLength = length;
            ContentLengthText = (_valueAt, value.Length);
        }
        else
        {
            // Content-Encoding, which aiohttp obeys, and whatever else may say that the text is not what its bytes are.
            _isEncoded |= name.Length >= 8 && Ascii.EqualsIgnoreCase(name[..8], "Content-"u8);
        }

        return repeated ? "a part has the same header twice" : fault;
    }

    private string? FaultOfPart()
    {
        FaultOffset = 0;
        if (_disposition is not { } disposition)
            return "a part has no Content-Disposition";
        if (disposition.Field == FormField.Other)
            return null;
        if (disposition.HasFileName)
            return "\"model\" or \"stream\" is sent as a file; send it as a plain field";
        return _isEncoded || !_isPlainText ? "\"model\" or \"stream\" is sent encoded, or as something else than text/plain in UTF-8" : null;
    }

    private static bool IsPlainText(ReadOnlySpan<byte> contentType)
    {
        var parameters = new HeaderParameters(contentType, HeaderParameters.Token);
        var plain = Ascii.EqualsIgnoreCase(parameters.Type, "text/plain"u8);
        while (parameters.Read())
            plain &= Ascii.EqualsIgnoreCase(parameters.Name, "charset"u8) && Ascii.EqualsIgnoreCase(parameters.Value, "utf-8"u8);
        return plain && !parameters.IsMalformed;
    }

    private static bool TryParseLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        return value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && Utf8Parser.TryParse(value, out length, out var used) && used == value.Length;
    }

    private void Fail(int offset, string fault) => (FaultOffset, Fault) = (offset, fault);
}
