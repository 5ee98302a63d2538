using System.Buffers;
using System.Text;

namespace RemoteLlm.Protocol.Dialects.Requests.Multipart;

/// <summary>The boundary that a request's <c>Content-Type</c> names.</summary>
internal static class MultipartBoundary
{
    /// <summary>The longest boundary, in bytes (RFC 2046, section 5.1.1).</summary>
    public const int MaxLength = 70;

    // RFC 2046's bcharsnospace. Many of them need quotes in a header, and not every client puts them.
    private static readonly SearchValues<byte> Unquoted =
        SearchValues.Create("'()+_,-./:=?0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> Quoted =
        SearchValues.Create("'()+_,-./:=? 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>The boundary; null when the type is not <c>multipart/form-data</c>, or has no boundary or one that two parsers may read differently.</summary>
    public static byte[]? FromContentType(string? contentType)
    {
        if (contentType is null || !Ascii.IsValid(contentType) || MentionsSeveral(contentType))
            return null;

        var parameters = new HeaderParameters(Encoding.ASCII.GetBytes(contentType), Unquoted);
        if (!Ascii.EqualsIgnoreCase(parameters.Type, "multipart/form-data"u8))
            return null;

        byte[]? boundary = null;
        while (parameters.Read())
        {
            if (Ascii.EqualsIgnoreCase(parameters.Name, "boundary"u8))
                boundary = IsUsable(parameters.Value) ? parameters.Value.ToArray() : null;
            else if (parameters.Name.Contains((byte)'*'))
                return null;
        }

        return parameters.IsMalformed ? null : boundary;
    }

    /// <summary>cpp-httplib, the parser of llama.cpp and whisper.cpp, takes what follows the first "boundary=", were it in another parameter.</summary>
    private static bool MentionsSeveral(string contentType)
    {
        const string Mark = "boundary=";
        var first = contentType.IndexOf(Mark, StringComparison.OrdinalIgnoreCase);
        return first < 0 || contentType.IndexOf(Mark, first + 1, StringComparison.OrdinalIgnoreCase) >= 0;
    }

    private static bool IsUsable(ReadOnlySpan<byte> boundary) =>
        boundary.Length is >= 1 and <= MaxLength && boundary[^1] != ' ' && boundary.IndexOfAnyExcept(Quoted) < 0;
}
