using System.Text;
using Microsoft.Net.Http.Headers;

namespace RemoteLlm.Replay.Matching;

/// <summary>Reads <c>multipart/form-data</c> (RFC 7578, framed as RFC 2046, 5.1.1) from a body that is there whole: what audio endpoints take.</summary>
internal static class MultipartForm
{
    private const string MediaType = "multipart/form-data";

    /// <summary>The parts in order; null where the request is no form, or one that breaks off.</summary>
    /// <param name="contentType">The request's <c>Content-Type</c>, which names the boundary.</param>
    /// <param name="body">The whole body.</param>
    public static IReadOnlyList<FormField>? Read(string? contentType, ReadOnlyMemory<byte> body)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        return boundary.Length > 0 ? ReadParts(Encoding.ASCII.GetBytes($"\r\n--{boundary}"), body) : null;
    }

    private static List<FormField>? ReadParts(byte[] delimiter, ReadOnlyMemory<byte> body)
    {
        // The first delimiter may stand at the very start, without its line end.
        var opening = delimiter.AsSpan(2);
        var rest = body.Span.StartsWith(opening) ? body[opening.Length..] : After(body, delimiter);
        var fields = new List<FormField>();
        while (rest is { } part)
        {
            if (part.Span.StartsWith("--"u8))
            {
                return fields;
            }

            var length = part.Span.IndexOf(delimiter);
            if (length < 0 || ReadPart(part[..length]) is not { } field)
            {
                return null;
            }

            fields.Add(field);
            rest = part[(length + delimiter.Length)..];
        }

        return null;
    }

    /// <summary>The rest of the delimiter's line, header lines, an empty line, the value.</summary>
    private static FormField? ReadPart(ReadOnlyMemory<byte> part)
    {
        var head = part.Span.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return null;
        }

        foreach (var line in Encoding.UTF8.GetString(part.Span[..head]).Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0
                && line.AsSpan(0, colon).Trim().Equals(HeaderNames.ContentDisposition, StringComparison.OrdinalIgnoreCase)
                && ContentDispositionHeaderValue.TryParse(line[(colon + 1)..], out var disposition)
                && disposition.Name.HasValue)
            {
                var file = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
                return new FormField(HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), file.HasValue ? file.ToString() : null, part[(head + 4)..]);
            }
        }

        return null;
    }

    private static ReadOnlyMemory<byte>? After(ReadOnlyMemory<byte> body, byte[] delimiter)
    {
        var at = body.Span.IndexOf(delimiter);
        if (at < 0)
        {
            return null;
        }

        return body[(at + delimiter.Length)..];
    }
}
