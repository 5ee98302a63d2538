using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>A text of ours as it is written into a client's body.</summary>
internal static class EncodedText
{
    /// <summary>As a JSON string with its quotes; null when the text has half of a surrogate pair.</summary>
    public static byte[]? ForJson(string text) =>
        ToUtf8(text) is null ? null : [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];

    /// <summary>
    /// As the value of a form's field; null when it cannot be one: with half of a surrogate pair, with a control character, or with what ends the field.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="delimiter">Two dashes and the boundary.</param>
    public static byte[]? ForForm(string text, ReadOnlySpan<byte> delimiter) =>
        ToUtf8(text) is { } value && value.AsSpan().IndexOfAnyInRange((byte)0, (byte)0x1F) < 0 && !value.AsSpan().ContainsAny((byte)0x7F, (byte)0x7F) && value.AsSpan().IndexOf(delimiter) < 0
            ? value : null;

    private static byte[]? ToUtf8(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        return Utf8.FromUtf16(text, bytes, out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done ? bytes[..written] : null;
    }
}
