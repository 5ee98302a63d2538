using System.Text;

namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>
/// The text of a file that is to be edited in place: decoded strictly, because text with replacement characters in it, written back, would destroy what
/// stood there; with its byte order mark and line ends remembered.
/// </summary>
/// <param name="Text">The content without a byte order mark.</param>
/// <param name="HasByteOrderMark">Whether the file began with one.</param>
internal sealed record FileText(string Text, bool HasByteOrderMark)
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static FileText? Decode(FileSnapshot snapshot)
    {
        var bytes = snapshot.Bytes.Span;
        var marked = bytes.StartsWith(Encoding.UTF8.Preamble);
        try
        {
            return new FileText(s_strict.GetString(marked ? bytes[Encoding.UTF8.Preamble.Length..] : bytes), marked);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    public byte[] Encode()
    {
        var text = s_strict.GetBytes(Text);
        return HasByteOrderMark ? [.. Encoding.UTF8.Preamble, .. text] : text;
    }
}
