using System.Text;

namespace RemoteLlm.Replay.Matching;

/// <summary>One part of a multipart form (RFC 7578).</summary>
/// <param name="Name">Its field; several parts may have the same.</param>
/// <param name="FileName">The name of an uploaded file; null where the part is a plain value.</param>
/// <param name="Bytes">The value.</param>
internal sealed record FormField(string Name, string? FileName, ReadOnlyMemory<byte> Bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the part is an uploaded file.</summary>
    public bool IsFile => FileName is not null;

    /// <summary>The value as UTF-8; null where it is no text.</summary>
    public string? Text()
    {
        try
        {
            return StrictUtf8.GetString(Bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
