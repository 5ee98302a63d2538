using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace RemoteLlm.Testing.Llm;

/// <summary>One accepted connection. Reads all the time, also while a script runs, so that the peer's leaving is seen the moment it happens.</summary>
internal sealed class ScriptedConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly TaskCompletionSource<long> _peerClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _peerGone = new();
    private readonly Task _pump;

    public ScriptedConnection(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _pump = Pump();
    }

    public PipeReader Received => _received.Reader;

    public Task<long> PeerClosed => _peerClosed.Task;

    public CancellationToken PeerGone => _peerGone.Token;

    public async Task Send(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, CancellationToken.None)..];
    }

    public void Cut()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Close()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }

        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await _pump.OrHang();
        _peerGone.Dispose();
    }

    private async Task Pump()
    {
        try
        {
            while (await _socket.ReceiveAsync(_received.Writer.GetMemory(16 * 1024), CancellationToken.None) is var read and > 0)
            {
                _received.Writer.Advance(read);
                await _received.Writer.FlushAsync();
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Reset by the peer, or closed by the script.
        }

        _peerClosed.TrySetResult(Stopwatch.GetTimestamp());
        await _peerGone.CancelAsync();
        await _received.Writer.CompleteAsync();
    }
}
