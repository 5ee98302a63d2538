using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Connector.Servers;

/// <summary>
/// Keeps looking at one LLM server: which models it has, and whether it is there at all. Looks at start, then once a period; while the server
/// is down after 1, 2, 4 … seconds up to that period, so that one that comes up is noticed soon; and at once when asked.
/// </summary>
public sealed partial class ModelDiscovery : BackgroundService
{
    /// <summary>A server that takes longer than this to list its models is as good as down.</summary>
    public static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The first wait while the server is down, and the least time between two looks, however many requests fail.</summary>
    public static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _refresh = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource _firstLook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ServerAddress _address;
    private readonly TimeSpan _period;
    private readonly ServerQuery _query;
    private readonly TimeProvider _time;
    private readonly ILogger<ModelDiscovery> _logger;
    private volatile ServerState _current;
    private int _looks;

    /// <summary>Looks at nothing until it is started.</summary>
    /// <exception cref="FormatException">The options' address cannot be used.</exception>
    public ModelDiscovery(LlmServerOptions options, LlmHttpClient client, TimeProvider time, ILogger<ModelDiscovery> logger)
    {
        _address = ServerAddress.Parse(options.Url);
        _period = options.DiscoveryPeriod;
        _query = new ServerQuery(client.Fresh, _address, options.ReadApiKey());
        (_time, _logger) = (time, logger);
        _current = new ServerState(Reachable: false, [], $"{_address} has not been looked at yet.", time.GetUtcNow());
    }

    /// <summary>Raised after <see cref="Current"/> has really changed, one change at a time, on the loop's thread: keep it short.</summary>
    public event Action<ServerState>? Changed;

    /// <summary>What the last look found.</summary>
    public ServerState Current => _current;

    /// <summary>Completes after the first look, whatever it found.</summary>
    public Task FirstLook => _firstLook.Task;

    /// <summary>How many looks have ended.</summary>
    internal int Looks => Volatile.Read(ref _looks);

    /// <summary>Whether a look was asked for that has not begun.</summary>
    internal bool RefreshPending => _refresh.Reader.Count > 0;

    /// <summary>Asks for a look now, because a request has just failed. Many asked for together are one.</summary>
    public void RequestRefresh() => _refresh.Writer.TryWrite(true);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        try
        {
            while (true)
            {
                failures = await Look(stoppingToken) ? 0 : failures + 1;
                _firstLook.TrySetResult();
                Interlocked.Increment(ref _looks);
                await WaitForNext(WaitAfter(failures), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _firstLook.TrySetCanceled(stoppingToken);
        }
    }

    /// <summary>The wait after that many failures in a row: doubles from <see cref="ShortestWait"/>, never beyond the period.</summary>
    internal TimeSpan WaitAfter(int failures)
    {
        if (failures == 0)
            return _period;
        var wait = ShortestWait * Math.Pow(2, Math.Min(failures - 1, 16));
        return wait < _period ? wait : _period;
    }

    private async Task<bool> Look(CancellationToken cancellationToken)
    {
        // What was asked for before this look began is answered by it.
        _refresh.Reader.TryRead(out _);
        var found = await Fetch(cancellationToken);
        var before = _current;
        var reachable = found.Models is not null;
        var details = found.LooksLikeOllama ? await Details(cancellationToken) : OllamaDetails.None;
        var after = new ServerState(reachable, found.Models ?? before.Models, found.Error, reachable == before.Reachable ? before.Since : _time.GetUtcNow())
        {
            Ollama = reachable ? details.Models : before.Ollama,
            OllamaVersion = reachable ? details.Version : before.OllamaVersion,
        };
        _current = after;
        if (after.DiffersFrom(before) || !_firstLook.Task.IsCompleted)
            Announce(after, before);
        return reachable;
    }

    private async Task<ModelListing> Fetch(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(LookTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await ModelListing.Fetch(_query, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ModelListing(null, $"{_address} did not list its models within {LookTimeout.TotalSeconds:0} s. Is the LLM server busy or hung?");
        }
        catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
        {
            LogLookFailed(unforeseen);
            return new ModelListing(null, $"{_address} could not be looked at ({unforeseen.GetType().Name}).");
        }
    }

    private async Task<OllamaDetails> Details(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(LookTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await OllamaDetails.Fetch(_query, both.Token);
        }
        catch (Exception unforeseen) when (!cancellationToken.IsCancellationRequested)
        {
            if (unforeseen is not OperationCanceledException)
                LogLookFailed(unforeseen);
            return OllamaDetails.None;
        }
    }

    private void Announce(ServerState after, ServerState before)
    {
        if (after.Reachable)
            LogReachable(_address, after.Models.Count);
        else if (before.Reachable || !_firstLook.Task.IsCompleted)
            LogUnreachable(after.LastError!);

        if (!after.DiffersFrom(before))
            return;
        try
        {
            Changed?.Invoke(after);
        }
        catch (Exception fault)
        {
            LogListenerFailed(fault);
        }
    }

    private async Task WaitForNext(TimeSpan wait, CancellationToken cancellationToken)
    {
        await Task.Delay(ShortestWait, _time, cancellationToken);
        if (wait <= ShortestWait)
            return;

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_refresh.Reader.WaitToReadAsync(over.Token).AsTask(), Task.Delay(wait - ShortestWait, _time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "LLM server {Address} serves {Models} models")]
    private partial void LogReachable(ServerAddress address, int models);

    [LoggerMessage(Level = LogLevel.Warning, Message = "LLM server is not usable: {Reason}")]
    private partial void LogUnreachable(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A look at the LLM server failed unexpectedly")]
    private partial void LogLookFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener to the LLM server's state failed")]
    private partial void LogListenerFailed(Exception exception);
}
