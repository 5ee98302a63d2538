using System.Text.Json;

namespace RemoteLlm.Protocol.Dialects.Json;

/// <summary>
/// Goes through the members of one object, or the elements of one array, in a document that is held whole. What is inside of them is checked and passed over.
/// Throws <see cref="JsonException"/> where the bytes are not JSON; parts of what was gone through once are sound.
/// </summary>
internal ref struct JsonParts
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly int _offset;
    private Utf8JsonReader _reader;

    /// <summary>The parts of the document itself.</summary>
    public JsonParts(ReadOnlySpan<byte> document)
        : this(document, new JsonValue(JsonTokenType.None, 0, document.Length))
    {
    }

    /// <summary>The parts of a value of the document; none when it is neither object nor array.</summary>
    public JsonParts(ReadOnlySpan<byte> document, JsonValue container)
    {
        _json = container.In(document);
        _offset = container.Start;
        _reader = new Utf8JsonReader(_json);
        _reader.Read();
        Kind = _reader.TokenType;
    }

    /// <summary>What the parts are parts of: its first token.</summary>
    public JsonTokenType Kind { get; }

    /// <summary>The part that <see cref="MoveNext"/> came upon. Offsets count from the start of the document.</summary>
    public JsonPart Current { get; private set; }

    /// <summary>So that <c>foreach</c> takes it.</summary>
    public readonly JsonParts GetEnumerator() => this;

    /// <summary>Goes on to the next part. At the end it checks that nothing follows.</summary>
    public bool MoveNext()
    {
        if (!_reader.Read())
            return false;
        if (_reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            return _reader.Read();

        ReadOnlySpan<byte> name = default;
        if (_reader.TokenType == JsonTokenType.PropertyName)
        {
            name = _reader.ValueSpan;
            _reader.Read();
        }

        var kind = _reader.TokenType;
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Current = new JsonPart { RawName = name, Value = new JsonValue(kind, _offset + start, (int)_reader.BytesConsumed - start) };
        return true;
    }
}
