using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace RemoteLlm.Testing.Llm;

/// <summary>
/// An LLM server on a real loopback socket that does exactly what a test scripts, good manners or bad.
/// <code>
/// using var chunks = new Turnstile();
/// await using var llm = new ScriptedLlmServer(LlmScripts.Stream(chunks, "Hel", "lo"));
/// // … send a request to llm.Url …
/// var exchange = await llm.NextExchange();      // it has arrived: look at exchange.Request
/// chunks.Release();                             // now "Hel" is sent, and nothing more
/// var closedAt = await exchange.PeerClosed.OrHang();
/// </code>
/// <c>GET /v1/models</c> is answered from <see cref="Models"/> without the script. A script that fails (say, by an assertion) fails the test
/// when the server is disposed; one that fails because its client left does not.
/// </summary>
public sealed class ScriptedLlmServer : IAsyncDisposable
{
    private const int MaxExchangesKept = 100_000;

    private readonly Channel<ScriptedExchange> _arrivals = Channel.CreateBounded<ScriptedExchange>(MaxExchangesKept);
    private readonly ConcurrentQueue<ScriptedRequest> _requests = [];
    private readonly ConcurrentQueue<Exception> _failures = [];
    private readonly ConcurrentDictionary<ScriptedConnection, Task> _connections = [];
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _connectionCount;
    private int _modelListings;

    /// <summary>Listens on a free port of 127.0.0.1.</summary>
    public ScriptedLlmServer(LlmScript script)
    {
        Script = script;
        Listen();
    }

    /// <summary>The base address, without <c>/v1</c>.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}/");

    /// <summary>The port; the same again after <see cref="Refuse"/> and <see cref="Listen"/>.</summary>
    public int Port { get; private set; }

    /// <summary>What to do with each request; may be changed between requests.</summary>
    public LlmScript Script { get; set; }

    /// <summary>What <c>/v1/models</c> lists; null leaves that request to the script too.</summary>
    public IReadOnlyList<string>? Models { get; set; } = ["test-model"];

    /// <summary>The requests that reached the script, in order of arrival.</summary>
    public IReadOnlyCollection<ScriptedRequest> Requests => [.. _requests];

    /// <summary>How many connections were accepted.</summary>
    public int Connections => Volatile.Read(ref _connectionCount);

    /// <summary>How many times the models were listed from <see cref="Models"/>.</summary>
    public int ModelListings => Volatile.Read(ref _modelListings);

    /// <summary>The next request that reaches the script, in order of arrival; each is handed out once.</summary>
    public Task<ScriptedExchange> NextExchange() => _arrivals.Reader.ReadAsync().OrHang();

    /// <summary>Stops listening: new connections are refused, those that exist live on.</summary>
    public void Refuse() => Interlocked.Exchange(ref _listener, null)?.Dispose();

    /// <summary>Listens again, on the same port.</summary>
    public void Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        listener.Listen(512);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _listener = listener;
        _accepting = Accept(listener);
    }

    /// <summary>Resets every open connection.</summary>
    public void CutAll()
    {
        foreach (var connection in _connections.Keys)
            connection.Cut();
    }

    /// <summary>Stops, cutting what is open, and throws what scripts threw.</summary>
    public async ValueTask DisposeAsync()
    {
        Refuse();
        await _accepting.OrHang();
        foreach (var (connection, served) in _connections)
        {
            connection.Close();
            await served.OrHang();
        }

        if (!_failures.IsEmpty)
            throw new AggregateException("A script failed.", _failures);
    }

    private async Task Accept(Socket listener)
    {
        while (true)
        {
            try
            {
                var connection = new ScriptedConnection(await listener.AcceptAsync());
                Interlocked.Increment(ref _connectionCount);
                var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _connections[connection] = Serve(connection, start.Task);
                start.SetResult();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Serve(ScriptedConnection connection, Task registered)
    {
        await registered;
        try
        {
            var ordinal = 0;
            while (await ScriptedRequestReader.Read(connection.Received) is { } request
                && await Answer(new ScriptedExchange(connection, request, ordinal++)))
            {
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException || (gone is OperationCanceledException && connection.PeerClosed.IsCompleted))
        {
            // The client left, or the script cut the connection, in the middle of the answer.
        }
        catch (Exception failure)
        {
            _failures.Enqueue(failure);
        }

        await connection.DisposeAsync();
        _connections.TryRemove(connection, out _);
    }

    private async Task<bool> Answer(ScriptedExchange exchange)
    {
        if (Models is { } models && exchange.Request is { Method: "GET", Path: "/v1/models" })
        {
            Interlocked.Increment(ref _modelListings);
            await exchange.SendJson($$"""{"object":"list","data":[{{string.Join(',', models.Select(m => $$"""{"id":"{{m}}","object":"model"}"""))}}]}""");
        }
        else
        {
            _requests.Enqueue(exchange.Request);
            _arrivals.Writer.TryWrite(exchange);
            await Script(exchange);
            await exchange.EndIfOpen();
        }

        return exchange.Answered && !exchange.CloseAfterwards && !exchange.Request.WantsClose;
    }
}
