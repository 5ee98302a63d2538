using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace RemoteLlm.EndToEnd.Tests.Fuzz;

/// <summary>One answer as it came.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Head">Its headers, names in lower case.</param>
/// <param name="Body">Its body, chunks put together.</param>
internal sealed record Answer(int Status, ILookup<string, string> Head, byte[] Body)
{
    /// <summary>It says that the connection ends behind it.</summary>
    public bool Closes => Head["connection"].Any(value => value.Equals("close", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Reads answers off a connection, and takes none that is not well-formed HTTP/1.1.</summary>
internal sealed class AnswerReader(Socket socket)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>The connection was reset: an answer that was on its way can be lost with it.</summary>
    public bool WasReset { get; private set; }

    /// <summary>The next answer; null when the connection ended before a byte of it.</summary>
    /// <exception cref="InvalidDataException">It is not well-formed, or breaks off.</exception>
    public async Task<Answer?> Next(bool withoutBody)
    {
        while (true)
        {
            if (await ReadHead() is not { } head)
                return null;
            var lines = head.Split("\r\n");
            if (lines[0].Length < 13 || !lines[0].StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || !int.TryParse(lines[0].AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
                throw new InvalidDataException($"no status line: {lines[0]}");
            var headers = lines.Skip(1).Select(Field).ToLookup(field => field.Name, field => field.Value);
            if (status >= 200)
                return new Answer(status, headers, withoutBody || status is 204 or 304 ? [] : await ReadBody(headers));
        }
    }

    /// <summary>Reads to the end of the connection; what breaks off is dropped.</summary>
    public async Task<List<Answer>> Rest()
    {
        var answers = new List<Answer>();
        try
        {
            while (await Next(withoutBody: false) is { } answer)
                answers.Add(answer);
        }
        catch (InvalidDataException) when (_ended)
        {
            // We left in the midst of it.
        }

        return answers;
    }

    private static (string Name, string Value) Field(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || line.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0 || line[..colon].Contains(' ', StringComparison.Ordinal))
            throw new InvalidDataException($"no header: {line}");
        return (line[..colon].ToLowerInvariant(), line[(colon + 1)..].Trim());
    }

    private async Task<string?> ReadHead()
    {
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (at >= 0)
            {
                var head = Encoding.UTF8.GetString(_buffer, _start, at);
                _start += at + 4;
                return head;
            }

            if (!await Fill())
                return _start == _end ? null : throw new InvalidDataException("a head breaks off");
        }
    }

    private async Task<byte[]> ReadBody(ILookup<string, string> headers)
    {
        if (headers.Contains("transfer-encoding"))
        {
            if (headers["transfer-encoding"].Single() != "chunked" || headers.Contains("content-length"))
                throw new InvalidDataException("two lengths");
            using var body = new MemoryStream();
            while (await ReadChunk() is { Length: > 0 } chunk)
                body.Write(chunk);
            return body.ToArray();
        }

        if (headers.Contains("content-length"))
            return await Take(int.Parse(headers["content-length"].Single(), NumberStyles.None, CultureInfo.InvariantCulture));
        while (await Fill())
        {
        }

        return await Take(_end - _start);
    }

    private async Task<byte[]> ReadChunk()
    {
        int at;
        while ((at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
        {
            if (!await Fill())
                throw new InvalidDataException("a chunk breaks off");
        }

        var size = int.Parse(Encoding.ASCII.GetString(_buffer, _start, at), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        _start += at + 2;
        var chunk = await Take(size);
        if (!(await Take(2)).AsSpan().SequenceEqual("\r\n"u8))
            throw new InvalidDataException("a chunk does not end where it says");
        return chunk;
    }

    private async Task<byte[]> Take(int count)
    {
        while (_end - _start < count)
        {
            if (!await Fill())
                throw new InvalidDataException("a body breaks off");
        }

        var taken = _buffer.AsSpan(_start, count).ToArray();
        _start += count;
        return taken;
    }

    private async Task<bool> Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        try
        {
            var read = await socket.ReceiveAsync(_buffer.AsMemory(_end), TestContext.Current.CancellationToken);
            _end += read;
            _ended |= read == 0;
            return read > 0;
        }
        catch (SocketException)
        {
            // Whoever resets has not read all that we sent, which is its right.
            (_ended, WasReset) = (true, true);
            return false;
        }
    }
}
