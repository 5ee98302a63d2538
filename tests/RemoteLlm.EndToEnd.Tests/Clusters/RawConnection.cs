using System.Net.Sockets;
using System.Text;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>A plain TCP connection to the broker, for requests that no well-behaved client would send.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly StringBuilder _received = new();

    public static async Task<RawConnection> Open(Uri broker)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(broker.Host, broker.Port, TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Sends text as it is.</summary>
    public async Task Send(string text)
    {
        ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(text);
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, TestContext.Current.CancellationToken)..];
    }

    /// <summary>Sends the head of a chat request with Alice's key and the given body headers.</summary>
    public Task SendHead(params IEnumerable<string> headers) =>
        Send($"POST /v1/chat/completions HTTP/1.1\r\nHost: broker\r\nContent-Type: application/json\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    /// <summary>Reads until the text is there, and returns all that was received.</summary>
    public async Task<string> ReadUntil(string text)
    {
        while (!_received.ToString().Contains(text, StringComparison.Ordinal))
            Assert.True(await Read().OrHang(), $"closed before '{text}': {_received}");
        return _received.ToString();
    }

    /// <summary>Reads until the broker has closed the connection, and returns all that was received.</summary>
    public async Task<string> ReadToEnd()
    {
        while (await Read().OrHang("the broker to close the connection"))
        {
        }

        return _received.ToString();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> Read()
    {
        var buffer = new byte[4096];
        try
        {
            var read = await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            _received.Append(Encoding.UTF8.GetString(buffer, 0, read));
            return read > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
