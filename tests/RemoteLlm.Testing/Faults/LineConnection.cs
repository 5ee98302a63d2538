using System.Net;
using System.Net.Sockets;

namespace RemoteLlm.Testing.Faults;

/// <summary>One connection through a <see cref="FaultyLine"/>: two sockets and a pump each way.</summary>
internal sealed class LineConnection
{
    private readonly CancellationTokenSource _over = new();
    private readonly Socket _near;
    private readonly Socket _far;
    private readonly LinePump _up;
    private readonly LinePump _down;

    public LineConnection(Socket near, LineDirection up, LineDirection down, LineClock clock)
    {
        _near = near;
        _near.NoDelay = true;
        _far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = near.ReceiveBufferSize };
        _up = new LinePump(_near, _far, up, clock);
        _down = new LinePump(_far, _near, down, clock);
    }

    /// <summary>Carries bytes until both directions have ended, or the connection is reset.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="entrance">Completes when new connections may pass.</param>
    public async Task Carry(IPEndPoint target, Task entrance)
    {
        try
        {
            await entrance.WaitAsync(_over.Token);
            await _far.ConnectAsync(target, _over.Token);
            await Task.WhenAll(Run(_up.Read), Run(_down.Read), Deliver(_up, _down), Deliver(_down, _up));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The target refuses: so does the line.
            Reset();
        }

        _near.Dispose();
        _far.Dispose();
    }

    /// <summary>Ends both directions in good order.</summary>
    public void Finish()
    {
        _up.Finish(_over.Token);
        _down.Finish(_over.Token);
    }

    /// <summary>Resets both ends, at once.</summary>
    public void Reset()
    {
        // First, because whoever is cancelled closes them.
        Linger(_near);
        Linger(_far);
        _over.Cancel();
        _near.Close(timeout: 0);
        _far.Close(timeout: 0);
    }

    private async Task Deliver(LinePump pump, LinePump opposite)
    {
        try
        {
            if (!await pump.Write(_over.Token))
                Reset();
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The receiver has broken off. The pump that reads from it passes that on, in order; if it has read its end already, nobody else does.
            if (!opposite.Reading)
                Reset();
        }
    }

    private async Task Run(Func<CancellationToken, Task> read)
    {
        try
        {
            await read(_over.Token);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It was reset.
        }
    }

    private static void Linger(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }
}
