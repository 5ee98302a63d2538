using System.Net.Sockets;
using System.Text;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Testing.Faults;

/// <summary>Both ends of a connection over a line.</summary>
internal sealed record LineEnds(Socket Near, Socket Far) : IDisposable
{
    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}

/// <summary>Talking over a socket.</summary>
internal static class SocketTalk
{
    public static Task Say(this Socket socket, string text) => socket.Say(Encoding.ASCII.GetBytes(text));

    public static async Task Say(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, TestContext.Current.CancellationToken)..];
    }

    /// <summary>Reads exactly so many characters.</summary>
    public static async Task<string> Hear(this Socket socket, int length) => Encoding.ASCII.GetString(await socket.Receive(length));

    /// <summary>Reads exactly so many bytes.</summary>
    public static async Task<byte[]> Receive(this Socket socket, int length)
    {
        var bytes = new byte[length];
        for (var have = 0; have < length;)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(have), TestContext.Current.CancellationToken).OrHang();
            Assert.NotEqual(0, read);
            have += read;
        }

        return bytes;
    }

    /// <summary>Reads until the end. Says how many bytes came, and whether the end was a reset.</summary>
    public static async Task<(long Bytes, bool Reset)> HearOut(this Socket socket)
    {
        var buffer = new byte[64 * 1024];
        long bytes = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken).OrHang() is var read and > 0)
                bytes += read;
            return (bytes, false);
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return (bytes, true);
        }
    }
}
