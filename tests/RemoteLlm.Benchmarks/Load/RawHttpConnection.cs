using System.Net;
using System.Net.Sockets;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>
/// An HTTP/1.1 client of one connection that does as little as can be done: on two cores a general client would take from what is measured.
/// One request at a time, no pipelining.
/// </summary>
internal sealed class RawHttpConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly BodyDecoder body = new();
    private int start;
    private int end;

    /// <summary>Opens a connection to a port of this machine.</summary>
    public static async Task<RawHttpConnection> Connect(int port, CancellationToken cancellationToken)
    {
        var connection = new RawHttpConnection();
        try
        {
            await connection.socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
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
            sent += await socket.SendAsync(request[sent..], cancellationToken);

        start = end = 0;
        while (true)
        {
            await Receive(cancellationToken);
            var headEnd = buffer.AsSpan(0, end).IndexOf("\r\n\r\n"u8);
            if (headEnd < 0)
                continue;

            var head = ResponseHead.Parse(buffer.AsSpan(0, headEnd));
            start = headEnd + 4;
            body.Start(head);
            return head;
        }
    }

    /// <summary>Reads the body of the response to its end.</summary>
    public async ValueTask ReadBody(StreamReading reading, CancellationToken cancellationToken)
    {
        while (true)
        {
            Decode(reading);
            if (body.IsComplete)
                return;
            start = end = 0;
            await Receive(cancellationToken);
        }
    }

    public void Dispose() => socket.Dispose();

    private void Decode(StreamReading reading)
    {
        ReadOnlySpan<byte> input = buffer.AsSpan(start, end - start);
        reading.BeginRead();
        while (body.Next(ref input) is { IsEmpty: false } payload)
            reading.Append(payload);
    }

    private async ValueTask Receive(CancellationToken cancellationToken)
    {
        if (end == buffer.Length)
            throw new InvalidDataException("The head of the response is too long.");
        var count = await socket.ReceiveAsync(buffer.AsMemory(end), cancellationToken);
        end += count > 0 ? count : throw new EndOfStreamException("The connection was closed within the response.");
    }
}
