namespace RemoteLlm.Protocol.Dialects.Json;

/// <summary>
/// Reads a JSON document that arrives in pieces of any size, in constant memory, and accepts exactly what RFC 8259 accepts, in valid
/// UTF-8 and at most <see cref="JsonContainers.MaxDepth"/> deep. The .NET reader needs a whole token at once, and a prompt's image is one
/// token of tens of megabytes. Tokens down to <see cref="ReportDepth"/> are reported; the rest is checked and passed over.
/// </summary>
/// <param name="textCapacity">How many bytes of a reported name or value are kept.</param>
internal sealed partial class JsonScanner(int textCapacity)
{
    private JsonContainers _containers;
    private JsonScanState _state;

    /// <summary>Tokens that have at most this many open containers around them are reported. May be changed between two tokens.</summary>
    public int ReportDepth { get; set; }

    /// <summary>How many containers are open, the one counted that was just opened.</summary>
    public int Depth => _containers.Depth;

    /// <summary>The offset of the next byte; of the offending one when malformed.</summary>
    public long Position { get; private set; }

    /// <summary>The offset of the first byte of the string, number or container that was begun last.</summary>
    public long TokenStart { get; private set; }

    /// <summary>The line of the next byte, counted from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Why the document is malformed; null when it is not.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether the top-level value is complete.</summary>
    public bool IsComplete => _state == JsonScanState.Done || (_state == JsonScanState.InNumber && Depth == 0 && JsonNumber.IsComplete(_number));

    /// <summary>The text of the name, string or number that was reported last.</summary>
    public JsonText Text { get; } = new(textCapacity);

    private bool Reported => _containers.Depth <= ReportDepth;

    /// <summary>Begins a new document.</summary>
    public void Reset()
    {
        _containers = default;
        _state = JsonScanState.Value;
        _character = default;
        (Position, TokenStart, Line, Fault) = (0, 0, 1, null);
    }

    /// <summary>Takes bytes off the front of the span up to the next token to report; <see cref="JsonToken.None"/> when they are used up.</summary>
    public JsonToken Read(ref ReadOnlySpan<byte> bytes)
    {
        while (_state != JsonScanState.Malformed && !bytes.IsEmpty)
        {
            var token = _state switch
            {
                JsonScanState.InString => ReadString(ref bytes),
                JsonScanState.InEscape => ReadEscape(ref bytes),
                JsonScanState.InUnicodeEscape => ReadUnicodeEscape(ref bytes),
                JsonScanState.InNumber => ReadNumber(ref bytes),
                JsonScanState.InLiteral => ReadLiteral(ref bytes),
                _ => ReadStructure(ref bytes),
            };
            if (token != JsonToken.None)
                return token;
        }

        return _state == JsonScanState.Malformed ? JsonToken.Malformed : JsonToken.None;
    }

    /// <summary>Says that the document is at its end. False, with <see cref="Fault"/> set, when it is not a whole one.</summary>
    public bool Finish()
    {
        if (!IsComplete && _state != JsonScanState.Malformed)
            Fail(_state == JsonScanState.Value && Depth == 0 ? "it is empty" : "it ends too early");
        return _state != JsonScanState.Malformed;
    }

    private JsonToken ReadStructure(ref ReadOnlySpan<byte> bytes)
    {
        var next = bytes[0];
        if (next is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            if (next == '\n')
                Line++;
            Skip(ref bytes, 1);
            return JsonToken.None;
        }

        return (_state, next) switch
        {
            (JsonScanState.CommaOrEnd, (byte)',') => Expect(ref bytes, _containers.InObject ? JsonScanState.Name : JsonScanState.Value),
            (JsonScanState.Colon, (byte)':') => Expect(ref bytes, JsonScanState.Value),
            (JsonScanState.Name or JsonScanState.NameOrEndObject, (byte)'"') => BeginString(ref bytes, isName: true),
            (JsonScanState.NameOrEndObject, (byte)'}') => Close(ref bytes, JsonToken.EndObject),
            (JsonScanState.ValueOrEndArray, (byte)']') => Close(ref bytes, JsonToken.EndArray),
            (JsonScanState.CommaOrEnd, (byte)'}') when _containers.InObject => Close(ref bytes, JsonToken.EndObject),
            (JsonScanState.CommaOrEnd, (byte)']') when !_containers.InObject => Close(ref bytes, JsonToken.EndArray),
            (JsonScanState.Value or JsonScanState.ValueOrEndArray, _) => BeginValue(ref bytes, next),
            _ => Unexpected(next),
        };
    }

    private JsonToken BeginValue(ref ReadOnlySpan<byte> bytes, byte first) => first switch
    {
        (byte)'"' => BeginString(ref bytes, isName: false),
        (byte)'{' => Open(ref bytes, JsonToken.StartObject),
        (byte)'[' => Open(ref bytes, JsonToken.StartArray),
        (byte)'-' or (>= (byte)'0' and <= (byte)'9') => BeginNumber(ref bytes, first),
        (byte)'t' => BeginLiteral(JsonToken.True),
        (byte)'f' => BeginLiteral(JsonToken.False),
        (byte)'n' => BeginLiteral(JsonToken.Null),
        _ => Unexpected(first),
    };

    private JsonToken Expect(ref ReadOnlySpan<byte> bytes, JsonScanState state)
    {
        Skip(ref bytes, 1);
        _state = state;
        return JsonToken.None;
    }

    private JsonToken Open(ref ReadOnlySpan<byte> bytes, JsonToken token)
    {
        var reported = Reported;
        TokenStart = Position;
        if (!_containers.TryOpen(token == JsonToken.StartObject))
            return Fail($"it is nested more than {JsonContainers.MaxDepth} deep");
        Skip(ref bytes, 1);
        _state = token == JsonToken.StartObject ? JsonScanState.NameOrEndObject : JsonScanState.ValueOrEndArray;
        return reported ? token : JsonToken.None;
    }

    private JsonToken Close(ref ReadOnlySpan<byte> bytes, JsonToken token)
    {
        Skip(ref bytes, 1);
        _containers.Close();
        return EndValue(token);
    }

    private JsonToken EndValue(JsonToken token)
    {
        _state = Depth == 0 ? JsonScanState.Done : JsonScanState.CommaOrEnd;
        return Reported ? token : JsonToken.None;
    }

    private void Skip(ref ReadOnlySpan<byte> bytes, int count)
    {
        bytes = bytes[count..];
        Position += count;
    }
}
