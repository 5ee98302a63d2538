using System.Net;
using System.Net.Sockets;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>
/// An HTTP/1.1 client of one connection that does as little as can be done: on two cores a general client would take from what is measured.
/// One request at a time, no pipelining.
/// </summary>
internal sealed class RawHttpConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly BodyDecoder _body = new();
    private int _start;
    private int _end;

    /// <summary>Opens a connection to a port of this machine.</summary>
    public static async Task<RawHttpConnection> Connect(int port, CancellationToken cancellationToken)
    {
        var connection = new RawHttpConnection();
        try
        {
            await connection._socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request, given as its bytes, and reads the head of the response.</summary>
    public async ValueTask<ResponseHead> Send(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < request.Length;)
            sent += await _socket.SendAsync(request[sent..], cancellationToken);

        _start = _end = 0;
        while (true)
        {
            await Receive(cancellationToken);
            var headEnd = _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8);
            if (headEnd < 0)
                continue;

            var head = ResponseHead.Parse(_buffer.AsSpan(0, headEnd));
            _start = headEnd + 4;
            _body.Start(head);
            return head;
        }
    }

    /// <summary>Reads the body of the response to its end.</summary>
    public async ValueTask ReadBody(StreamReading reading, CancellationToken cancellationToken)
    {
        while (true)
        {
            Decode(reading);
            if (_body.IsComplete)
                return;
            _start = _end = 0;
            await Receive(cancellationToken);
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Decode(StreamReading reading)
    {
        ReadOnlySpan<byte> input = _buffer.AsSpan(_start, _end - _start);
        reading.BeginRead();
        while (_body.Next(ref input) is { IsEmpty: false } payload)
            reading.Append(payload);
    }

    private async ValueTask Receive(CancellationToken cancellationToken)
    {
        if (_end == _buffer.Length)
            throw new InvalidDataException("The head of the response is too long.");
        var count = await _socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count > 0 ? count : throw new EndOfStreamException("The connection was closed within the response.");
    }
}
