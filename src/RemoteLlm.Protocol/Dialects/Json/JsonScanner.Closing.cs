using System.Buffers;

namespace RemoteLlm.Protocol.Dialects.Json;

// Ends, from outside, a document that its writer will never end.
internal sealed partial class JsonScanner
{
    /// <summary>Whether anything but white space has come.</summary>
    public bool HasBegun => _state != JsonScanState.Value || Depth > 0;

    /// <summary>Whether the document is an object that is still open, so that <see cref="WriteClosing"/> can end it.</summary>
    public bool CanClose => _state != JsonScanState.Malformed && _containers.OutermostIsObject;

    /// <summary>
    /// Writes what makes a whole, valid object of the open one, whatever byte it broke off at, with one more member at its end. Readers take
    /// the last of duplicate names, so that member counts.
    /// </summary>
    /// <param name="output">Receives the bytes; the scanner itself does not move on.</param>
    /// <param name="lastMember">Name, colon and value of the last member.</param>
    public void WriteClosing(IBufferWriter<byte> output, ReadOnlySpan<byte> lastMember)
    {
        WriteRestOfToken(output);
        var containers = _containers;
        while (containers.Depth > 1)
        {
            output.Write(containers.InObject ? "}"u8 : "]"u8);
            containers.Close();
        }

        var needsNoComma = Depth == 1 && _state is JsonScanState.NameOrEndObject or JsonScanState.Name;
        if (!needsNoComma)
            output.Write(","u8);
        output.Write(lastMember);
        output.Write("}"u8);
    }

    private void WriteRestOfToken(IBufferWriter<byte> output)
    {
        switch (_state)
        {
            case JsonScanState.InString or JsonScanState.InEscape or JsonScanState.InUnicodeEscape:
                WriteRestOfString(output);
                break;
            case JsonScanState.InNumber when !JsonNumber.IsComplete(_number):
                output.Write("0"u8);
                break;
            case JsonScanState.InLiteral:
                output.Write(LiteralText(_literal)[_literalRead..]);
                break;
            case JsonScanState.Colon:
                output.Write(":null"u8);
                break;
            case JsonScanState.Value:
                output.Write("null"u8);
                break;
            case JsonScanState.Name when Depth > 1:
                output.Write("\"\":null"u8);
                break;
        }
    }

    private void WriteRestOfString(IBufferWriter<byte> output)
    {
        if (_state == JsonScanState.InEscape)
            output.Write("\\"u8);
        else if (_state == JsonScanState.InUnicodeEscape)
            output.Write("0000"u8[.._hexDigitsLeft]);
        _character.Complete(output);
        output.Write(_isName ? "\":null"u8 : "\""u8);
    }
}
