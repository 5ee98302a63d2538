using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace RemoteLlm.Testing.Llm;

/// <summary>Reads HTTP/1.1 requests, as far as a well-behaved client writes them.</summary>
internal static class ScriptedRequestReader
{
    /// <summary>The next request with its whole body; null when the peer leaves before that.</summary>
    public static async Task<ScriptedRequest?> Read(PipeReader reader)
    {
        if (await ReadLine(reader) is not { } start)
            return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            if (await ReadLine(reader) is not { } line)
                return null;
            if (line.Length == 0)
                break;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            headers[name] = headers.TryGetValue(name, out var earlier) ? $"{earlier}, {value}" : value;
        }

        var parts = start.Split(' ');
        return await ReadBody(reader, headers) is { } body ? new ScriptedRequest(parts[0], parts[1], headers, body) : null;
    }

    private static async Task<byte[]?> ReadBody(PipeReader reader, Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("content-length", out var length))
            return await ReadExactly(reader, int.Parse(length, CultureInfo.InvariantCulture));
        if (!headers.TryGetValue("transfer-encoding", out var encoding) || !encoding.Contains("chunked", StringComparison.OrdinalIgnoreCase))
            return [];

        using var body = new MemoryStream();
        while (await ReadLine(reader) is { } size)
        {
            var chunkLength = int.Parse(size.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (await ReadExactly(reader, chunkLength) is not { } chunk || await ReadLine(reader) is null)
                return null;
            if (chunkLength == 0)
                return body.ToArray();
            body.Write(chunk);
        }

        return null;
    }

    private static async Task<string?> ReadLine(PipeReader reader)
    {
        while (true)
        {
            var result = await reader.ReadAsync();
            if (TryTakeLine(result.Buffer, out var line, out var rest))
            {
                reader.AdvanceTo(rest);
                return line;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
                return null;
        }
    }

    private static bool TryTakeLine(ReadOnlySequence<byte> buffer, out string line, out SequencePosition rest)
    {
        var sequence = new SequenceReader<byte>(buffer);
        var found = sequence.TryReadTo(out ReadOnlySequence<byte> bytes, "\r\n"u8);
        (line, rest) = (found ? Encoding.Latin1.GetString(bytes) : "", sequence.Position);
        return found;
    }

    private static async Task<byte[]?> ReadExactly(PipeReader reader, int length)
    {
        var result = await reader.ReadAtLeastAsync(length);
        if (result.Buffer.Length < length)
            return null;
        var bytes = result.Buffer.Slice(0, length).ToArray();
        reader.AdvanceTo(result.Buffer.GetPosition(length));
        return bytes;
    }
}
