using System.Buffers.Text;
using System.Text;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>The part of an HTTP/1.1 response head that the load needs.</summary>
/// <param name="Status">The status code.</param>
/// <param name="ContentLength">The body's length, or -1 where the body is chunked.</param>
/// <param name="Closes">The server closes the connection after this response.</param>
/// <param name="Server">The LLM server that the connector says has answered; null where nobody says.</param>
internal readonly record struct ResponseHead(int Status, long ContentLength, bool Closes, string? Server = null)
{
    /// <summary>Reads a head without its closing empty line.</summary>
    /// <exception cref="InvalidDataException">The response has neither a length nor chunks, or is not HTTP/1.1.</exception>
    public static ResponseHead Parse(ReadOnlySpan<byte> head)
    {
        var lineEnd = head.IndexOf("\r\n"u8);
        var statusLine = lineEnd < 0 ? head : head[..lineEnd];
        if (!statusLine.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(statusLine[9..], out int status, out _))
            throw new InvalidDataException($"Not a response: {Encoding.Latin1.GetString(statusLine)}");

        long? length = null;
        var closes = false;
        string? server = null;
        while (lineEnd >= 0)
        {
            head = head[(lineEnd + 2)..];
            lineEnd = head.IndexOf("\r\n"u8);
            var line = lineEnd < 0 ? head : head[..lineEnd];
            if (HasName(line, "content-length:"u8, out var value) && Utf8Parser.TryParse(value, out long bytes, out _))
                length = bytes;
            else if (HasName(line, "transfer-encoding:"u8, out value) && Ascii.EqualsIgnoreCase(value, "chunked"u8))
                length = -1;
            else if (HasName(line, "connection:"u8, out value) && Ascii.EqualsIgnoreCase(value, "close"u8))
                closes = true;
            else if (HasName(line, "x-remotellm-server:"u8, out value))
                server = Encoding.ASCII.GetString(value);
        }

        return new ResponseHead(status, length ?? throw new InvalidDataException("The response has neither a length nor chunks."), closes, server);
    }

    private static bool HasName(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var has = line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);
        value = has ? line[name.Length..].Trim(" \t"u8) : default;
        return has;
    }
}
