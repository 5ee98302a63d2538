using System.Net;
using System.Net.Sockets;

namespace RemoteLlm.Testing.Faults;

/// <summary>One connection through a <see cref="FaultyLine"/>: two sockets and a copy loop each way.</summary>
internal sealed class LineConnection(Socket near, IPEndPoint target, Flow flow)
{
    private readonly Socket _far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Carries bytes until both directions have ended.</summary>
    public async Task Carry()
    {
        near.NoDelay = true;
        try
        {
            await _far.ConnectAsync(target, CancellationToken.None);
            await Task.WhenAll(Copy(near, _far), Copy(_far, near));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The target refuses: so does the line, below.
        }

        near.Dispose();
        _far.Dispose();
    }

    /// <summary>Resets both ends.</summary>
    public void Reset()
    {
        Reset(near);
        Reset(_far);
    }

    private async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, CancellationToken.None) is var read and > 0)
            {
                await flow.Open;
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), CancellationToken.None);
            }

            await flow.Open;
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // One end has broken off: a line passes that on.
            Reset();
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }

        socket.Dispose();
    }
}
