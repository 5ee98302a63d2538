using System.Net.Sockets;
using System.Text;
using RemoteLlm.Testing;

namespace RemoteLlm.Replay.Tests.Support;

/// <summary>HTTP by hand: shows what is on the wire, and whether the connection ends.</summary>
internal static class RawExchange
{
    /// <summary>Sends a request with keep-alive and reads until the server closes the connection.</summary>
    public static async Task<string> UntilClosed(Uri address, string path, string json)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        var request = $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, TestContext.Current.CancellationToken).OrHang();
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
