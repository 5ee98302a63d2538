using System.Buffers;

namespace RemoteLlm.Protocol.Dialects.Json;

// Strings, numbers and literals, each resumable after any byte.
internal sealed partial class JsonScanner
{
    // What ends a run of plain characters: the closing quote, an escape, and the control characters that must be escaped.
    private static readonly SearchValues<byte> StringStops = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    private bool _isName;
    private bool _kept;
    private Utf8Sequence _character;
    private int _hexDigitsLeft;
    private JsonNumberState _number;
    private JsonToken _literal;
    private int _literalRead;

    private JsonToken BeginString(ref ReadOnlySpan<byte> bytes, bool isName)
    {
        TokenStart = Position;
        Skip(ref bytes, 1);
        _state = JsonScanState.InString;
        _isName = isName;
        BeginText();
        return JsonToken.None;
    }

    private JsonToken ReadString(ref ReadOnlySpan<byte> bytes)
    {
        var stop = bytes.IndexOfAny(StringStops);
        var run = stop < 0 ? bytes : bytes[..stop];
        var invalid = _character.Check(run);
        if (invalid >= 0 || (stop >= 0 && _character.IsOpen))
        {
            Skip(ref bytes, invalid >= 0 ? invalid : run.Length);
            return Fail("a string holds bytes that are not UTF-8");
        }

        if (_kept)
            Text.Append(run);
        Skip(ref bytes, run.Length);
        if (stop < 0)
            return JsonToken.None;

        var next = bytes[0];
        if (next < 0x20)
            return Fail($"a string holds the control character 0x{next:X2}; write it as \\u{next:X4}");
        Skip(ref bytes, 1);
        return next == '"' ? EndString() : BeginEscape();
    }

    private JsonToken EndString()
    {
        if (!_isName)
            return EndValue(JsonToken.String);
        _state = JsonScanState.Colon;
        return Reported ? JsonToken.Name : JsonToken.None;
    }

    private JsonToken BeginEscape()
    {
        _state = JsonScanState.InEscape;
        if (_kept)
        {
            Text.Append("\\"u8);
            Text.MarkEscaped();
        }

        return JsonToken.None;
    }

    private JsonToken ReadEscape(ref ReadOnlySpan<byte> bytes)
    {
        var next = bytes[0];
        if (!"\"\\/bfnrtu"u8.Contains(next))
            return Fail("a string holds an escape that JSON does not know");
        (_state, _hexDigitsLeft) = next == 'u' ? (JsonScanState.InUnicodeEscape, 4) : (JsonScanState.InString, 0);
        Keep(ref bytes);
        return JsonToken.None;
    }

    private JsonToken ReadUnicodeEscape(ref ReadOnlySpan<byte> bytes)
    {
        if (!char.IsAsciiHexDigit((char)bytes[0]))
            return Fail("\\u must be followed by four hexadecimal digits");
        if (--_hexDigitsLeft == 0)
            _state = JsonScanState.InString;
        Keep(ref bytes);
        return JsonToken.None;
    }

    private JsonToken BeginNumber(ref ReadOnlySpan<byte> bytes, byte first)
    {
        TokenStart = Position;
        _state = JsonScanState.InNumber;
        _number = JsonNumber.Begin(first);
        BeginText();
        Keep(ref bytes);
        return JsonToken.None;
    }

    private JsonToken ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        // The byte that ends a number is not part of it: it stays for the next token.
        var next = JsonNumber.Next(_number, bytes[0]);
        if (next == JsonNumberState.End)
            return JsonNumber.IsComplete(_number) ? EndValue(JsonToken.Number) : Unexpected(bytes[0]);
        _number = next;

        // Further digits change nothing: embeddings are megabytes of them.
        var digits = next is JsonNumberState.Integer or JsonNumberState.Fraction or JsonNumberState.ExponentDigits
            ? bytes[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9')
            : 0;
        Keep(ref bytes, digits < 0 ? bytes.Length : 1 + digits);
        return JsonToken.None;
    }

    private JsonToken BeginLiteral(JsonToken literal)
    {
        (_state, _literal, _literalRead) = (JsonScanState.InLiteral, literal, 0);
        return JsonToken.None;
    }

    private JsonToken ReadLiteral(ref ReadOnlySpan<byte> bytes)
    {
        var text = LiteralText(_literal);
        if (bytes[0] != text[_literalRead])
            return Unexpected(bytes[0]);
        Skip(ref bytes, 1);
        return ++_literalRead == text.Length ? EndValue(_literal) : JsonToken.None;
    }

    private static ReadOnlySpan<byte> LiteralText(JsonToken literal) => literal switch
    {
        JsonToken.True => "true"u8,
        JsonToken.False => "false"u8,
        _ => "null"u8,
    };

    private void BeginText()
    {
        _kept = Reported;
        if (_kept)
            Text.Clear();
    }

    private void Keep(ref ReadOnlySpan<byte> bytes, int count = 1)
    {
        if (_kept)
            Text.Append(bytes[..count]);
        Skip(ref bytes, count);
    }

    private JsonToken Unexpected(byte next) => Fail((Position, next, _state) switch
    {
        (0, 0xEF, _) => "it begins with a byte order mark; send plain UTF-8",
        (_, 0, _) => "it holds a NUL byte",
        (_, _, JsonScanState.Done) => "something follows after its end",
        (_, > 0x20 and < 0x7F, _) => $"unexpected '{(char)next}'",
        _ => $"unexpected byte 0x{next:X2}",
    });

    private JsonToken Fail(string fault)
    {
        _state = JsonScanState.Malformed;
        Fault = fault;
        return JsonToken.Malformed;
    }
}
