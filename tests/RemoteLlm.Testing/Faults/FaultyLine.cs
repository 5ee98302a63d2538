using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RemoteLlm.Testing.Faults;

/// <summary>
/// A TCP line that a test can damage: who dials <see cref="Url"/> reaches the target through it. It copies bytes and nothing else.
/// <code>
/// await using var line = new FaultyLine(brokerUrl);
/// // … something dials line.Url …
/// line.Refuse();   // new dials are refused
/// line.Cut();      // what is up is reset, at both ends
/// line.Accept();
/// </code>
/// </summary>
public sealed class FaultyLine : IAsyncDisposable
{
    private readonly ConcurrentDictionary<LineConnection, Task> _connections = [];
    private readonly Flow _flow = new();
    private IPEndPoint _target = null!;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _accepted;
    private int _port;

    /// <summary>Listens on a free port of 127.0.0.1.</summary>
    /// <param name="target">Where the line leads to: an address on 127.0.0.1.</param>
    public FaultyLine(Uri target)
    {
        LeadTo(target);
        Accept();
    }

    /// <summary>What to dial instead of the target.</summary>
    public Uri Url => new($"http://127.0.0.1:{_port}/");

    /// <summary>Connections that are up.</summary>
    public int Open => _connections.Count;

    /// <summary>Connections that were ever accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Leads new connections to another target: the peer has moved.</summary>
    public void LeadTo(Uri target) => Volatile.Write(ref _target, new IPEndPoint(IPAddress.Loopback, target.Port));

    /// <summary>Resets every connection that is up, at both ends, as a router does that forgets its table.</summary>
    public void Cut()
    {
        foreach (var connection in _connections.Keys)
            connection.Reset();
    }

    /// <summary>Refuses new connections; those that are up live on.</summary>
    public void Refuse() => Interlocked.Exchange(ref _listener, null)?.Dispose();

    /// <summary>Accepts connections again, on the same port.</summary>
    public void Accept()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, _port));
        listener.Listen(128);
        _port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _listener = listener;
        _accepting = Accept(listener);
    }

    /// <summary>Swallows the line: connections stay up and not a byte passes, in neither direction, until <see cref="Resume"/>.</summary>
    public void Blackhole() => _flow.Stop();

    /// <summary>Ends <see cref="Blackhole"/>: what was held back is delivered, in order.</summary>
    public void Resume() => _flow.Go();

    public async ValueTask DisposeAsync()
    {
        Refuse();
        Cut();
        Resume();
        await _accepting.OrHang();
        await Task.WhenAll(_connections.Values).OrHang();
    }

    private async Task Accept(Socket listener)
    {
        while (true)
        {
            try
            {
                var connection = new LineConnection(await listener.AcceptAsync(), _target, _flow);
                Interlocked.Increment(ref _accepted);
                var registered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _connections[connection] = Carry(connection, registered.Task);
                registered.SetResult();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Carry(LineConnection connection, Task registered)
    {
        await registered;
        await connection.Carry();
        _connections.TryRemove(connection, out _);
    }
}
