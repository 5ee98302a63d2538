using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RemoteLlm.Testing.Faults;

/// <summary>
/// A TCP line that a test can damage: who dials <see cref="Url"/> reaches the target through it. Whole, it copies bytes and nothing else.
/// <code>
/// await using var line = new FaultyLine(brokerUrl, seed: 42);
/// // … something dials line.Url …
/// line.Delay(TimeSpan.FromMilliseconds(50));      // a round trip of 100 ms
/// line.Throttle(bytesPerSecond: 2_500_000);       // 20 Mbit/s each way
/// line.Down.Blackhole();                          // half-open: the dialler hears nothing any more
/// line.Heal();
/// line.Refuse();                                  // new dials are refused
/// line.Cut();                                     // what is up is reset, at both ends
/// line.Accept();
/// </code>
/// Everything may be set at any time and holds for connections that are up, too. <see cref="Up"/> and <see cref="Down"/> set one direction; the
/// methods here set both. Delays and rates go by the line's <see cref="TimeProvider"/>. What is drawn by lot (sizes of fragments, damaged bits)
/// follows <see cref="Seed"/>: the same bytes in the same order meet the same fate.
/// </summary>
public sealed class FaultyLine : IAsyncDisposable
{
    /// <summary>
    /// What the line takes from a sender before the sender must wait for it, for each connection and direction: the queue of a modest router.
    /// Much less than this makes TCP stall over loopback, whose segments are 64 KiB.
    /// </summary>
    private const int QueueBytes = 128 * 1024;

    private readonly ConcurrentDictionary<LineConnection, Task> _connections = [];
    private readonly Flow _entrance = new();
    private readonly Passage _passage = new();
    private IPEndPoint _target = null!;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _accepted;
    private int _port;

    /// <summary>Listens on a free port of 127.0.0.1.</summary>
    /// <param name="target">Where the line leads to: an address on 127.0.0.1.</param>
    /// <param name="seed">What decides everything that is drawn by lot; null for a new one, which a test should print.</param>
    /// <param name="time">The clock of delays and rates; null for the system's.</param>
    public FaultyLine(Uri target, int? seed = null, TimeProvider? time = null)
    {
        Seed = seed ?? Random.Shared.Next();
        Clock = new LineClock(time ?? TimeProvider.System);
        var seeds = new Random(Seed);
        Up = new LineDirection(seeds.Next(), Clock, _passage, Cut);
        Down = new LineDirection(seeds.Next(), Clock, _passage, Cut);
        LeadTo(target);
        Accept();
    }

    /// <summary>What to dial instead of the target.</summary>
    public Uri Url => new($"http://127.0.0.1:{_port}/");

    /// <summary>Give this to another line to have the same luck again.</summary>
    public int Seed { get; }

    /// <summary>From the dialler to the target.</summary>
    public LineDirection Up { get; }

    /// <summary>From the target to the dialler.</summary>
    public LineDirection Down { get; }

    /// <summary>Connections that are up.</summary>
    public int Open => _connections.Count;

    /// <summary>Connections that were ever accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Bytes that were delivered so far, both ways together.</summary>
    public long Passed => _passage.Passed;

    internal LineClock Clock { get; }

    /// <summary>Completes when so many bytes have been delivered since the line was made, both ways together.</summary>
    public Task UntilPassed(long bytes) => _passage.Until(bytes);

    /// <summary>Leads new connections to another target: the peer has moved.</summary>
    public void LeadTo(Uri target) => Volatile.Write(ref _target, new IPEndPoint(IPAddress.Loopback, target.Port));

    /// <summary>Resets every connection that is up, at both ends, as a router does that forgets its table. What is on its way is lost.</summary>
    public void Cut()
    {
        foreach (var connection in _connections.Keys)
            connection.Reset();
    }

    /// <summary>Ends every connection that is up in good order, at both ends, as a proxy does that restarts. What is on its way arrives first.</summary>
    public void Finish()
    {
        foreach (var connection in _connections.Keys)
            connection.Finish();
    }

    /// <summary>Refuses new connections; those that are up live on.</summary>
    public void Refuse() => Interlocked.Exchange(ref _listener, null)?.Dispose();

    /// <summary>Accepts connections again, on the same port.</summary>
    public void Accept()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = QueueBytes };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, _port));
        listener.Listen(128);
        _port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _listener = listener;
        _accepting = Accept(listener);
    }

    /// <summary>
    /// Swallows the line: connections stay up, new ones are accepted, and not a byte, end or reset passes, in neither direction, until <see cref="Resume"/>.
    /// </summary>
    public void Blackhole()
    {
        Up.Blackhole();
        Down.Blackhole();
        BlackholeNew();
    }

    /// <summary>New connections are accepted and lead nowhere until <see cref="Resume"/>; those that are up live on.</summary>
    public void BlackholeNew() => _entrance.Stop();

    /// <summary>Ends every blackhole: what was held back is delivered, in order.</summary>
    public void Resume()
    {
        _entrance.Go();
        Up.Resume();
        Down.Resume();
    }

    /// <inheritdoc cref="LineDirection.Delay"/>
    /// <remarks>Each way: the round trip is twice as long. TCP's own handshake with the line is not delayed.</remarks>
    public void Delay(TimeSpan by)
    {
        Up.Delay(by);
        Down.Delay(by);
    }

    /// <inheritdoc cref="LineDirection.Throttle"/>
    /// <remarks>Each direction has this rate for itself.</remarks>
    public void Throttle(long bytesPerSecond)
    {
        Up.Throttle(bytesPerSecond);
        Down.Throttle(bytesPerSecond);
    }

    /// <inheritdoc cref="LineDirection.Fragment"/>
    public void Fragment(int upTo)
    {
        Up.Fragment(upTo);
        Down.Fragment(upTo);
    }

    /// <inheritdoc cref="LineDirection.Corrupt"/>
    public void Corrupt(double perByte)
    {
        Up.Corrupt(perByte);
        Down.Corrupt(perByte);
    }

    /// <summary>Ends every fault and forgets those that were to come, but for <see cref="Refuse"/>.</summary>
    public void Heal()
    {
        _entrance.Go();
        Up.Heal();
        Down.Heal();
    }

    public async ValueTask DisposeAsync()
    {
        Refuse();
        await _accepting.OrHang();
        Cut();
        await Task.WhenAll(_connections.Values).OrHang();
    }

    private async Task Accept(Socket listener)
    {
        while (true)
        {
            try
            {
                var connection = new LineConnection(await listener.AcceptAsync(), Up, Down, Clock);
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
        await connection.Carry(_target, _entrance.Open);
        _connections.TryRemove(connection, out _);
    }
}
