using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Servers.Kinds;

namespace RemoteLlm.Connector.Servers;

/// <summary>
/// Keeps looking at one LLM server: which models it has, and whether it is there at all. Looks at start, then once a period; while the server
/// is down after 1, 2, 4 … seconds up to that period, so that one that comes up is noticed soon; and at once when asked.
/// </summary>
internal sealed partial class ServerProbe : IAsyncDisposable
{
    /// <summary>A server that takes longer than this to list its models is as good as down.</summary>
    public static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The first wait while the server is down, and the least time between two looks, however many requests fail.</summary>
    public static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _refresh = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource _firstLook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _name;
    private readonly TimeSpan _period;
    private readonly IServerClient _client;
    private readonly Func<string?> _prepare;
    private readonly ServerQuery _query;
    private readonly TimeProvider _time;
    private readonly ILogger<ServerProbe> _logger;
    private volatile ServerState _current;
    private Task _looking = Task.CompletedTask;
    private int _looks;

    /// <summary>Looks at nothing until it is started.</summary>
    /// <param name="name">The server's name, for the log.</param>
    /// <param name="query">How it is asked.</param>
    /// <param name="client">In which words.</param>
    /// <param name="prepare">Called before each look; gives the sentence that says why it cannot be looked at.</param>
    /// <param name="period">Between two looks.</param>
    /// <param name="known">What is known of it already, from before its entry was edited; null for nothing.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="logger">Takes a line for each change.</param>
    public ServerProbe(string name, ServerQuery query, IServerClient client, Func<string?> prepare, TimeSpan period, ServerState? known, TimeProvider time, ILogger<ServerProbe> logger)
    {
        (_name, _query, _client, _prepare, _period, _time, _logger) = (name, query, client, prepare, period, time, logger);
        _current = known ?? new ServerState(Reachable: false, [], $"{query.Address} has not been looked at yet.", time.GetUtcNow()) { Kind = client.Kind };
    }

    /// <summary>Raised after <see cref="Current"/> has really changed, one change at a time, on the loop's thread: keep it short.</summary>
    public event Action? Changed;

    /// <summary>What the last look found.</summary>
    public ServerState Current => _current;

    /// <summary>Completes after the first look, whatever it found.</summary>
    public Task FirstLook => _firstLook.Task;

    /// <summary>How many looks have ended.</summary>
    internal int Looks => Volatile.Read(ref _looks);

    /// <summary>Whether a look was asked for that has not begun.</summary>
    internal bool RefreshPending => _refresh.Reader.Count > 0;

    /// <summary>Begins to look, once.</summary>
    public void Start() => _looking = Task.Run(() => LookOnAsync(_stop.Token), CancellationToken.None);

    /// <summary>Asks for a look now, because a request has just failed. Many asked for together are one.</summary>
    public void RequestRefresh() => _refresh.Writer.TryWrite(true);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _firstLook.TrySetCanceled();
        _stop.Dispose();
    }

    /// <summary>The wait after that many failures in a row: doubles from <see cref="ShortestWait"/>, never beyond the period.</summary>
    internal TimeSpan WaitAfter(int failures)
    {
        if (failures == 0)
            return _period;
        var wait = ShortestWait * Math.Pow(2, Math.Min(failures - 1, 16));
        return wait < _period ? wait : _period;
    }

    private async Task LookOnAsync(CancellationToken stop)
    {
        var failures = 0;
        while (true)
        {
            failures = await Look(stop) ? 0 : failures + 1;
            _firstLook.TrySetResult();
            Interlocked.Increment(ref _looks);
            await WaitForNext(WaitAfter(failures), stop);
        }
    }

    private async Task<bool> Look(CancellationToken cancellationToken)
    {
        // What was asked for before this look began is answered by it.
        _refresh.Reader.TryRead(out _);
        var found = _prepare() is { } problem ? new ServerLook(null, problem) : await Fetch(cancellationToken);
        var before = _current;
        var reachable = found.Models is not null;
        var after = before with { Reachable = reachable, LastError = found.Error, Since = reachable == before.Reachable ? before.Since : _time.GetUtcNow() };
        if (reachable)
            after = after with { Models = SettledExpiry.Keep(found.Models!, before.Models, _time.GetUtcNow()), Kind = found.Kind, Version = found.Version, Slots = found.Slots, Seen = true };
        _current = after;
        if (after.DiffersFrom(before) || !_firstLook.Task.IsCompleted)
            Announce(after, before);
        return reachable;
    }

    private async Task<ServerLook> Fetch(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(LookTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await _client.LookAsync(_query, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ServerLook(null, $"{_query.Address} did not list its models within {LookTimeout.TotalSeconds:0} s. Is the LLM server busy or hung?");
        }
        catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
        {
            LogLookFailed(unforeseen, _name);
            return new ServerLook(null, $"{_query.Address} could not be looked at ({unforeseen.GetType().Name}).");
        }
    }

    private void Announce(ServerState after, ServerState before)
    {
        if (after.Reachable)
            LogReachable(_name, _query.Address, after.Kind, after.Models.Count);
        else if (before.Reachable || !_firstLook.Task.IsCompleted)
            LogUnreachable(_name, after.LastError!);

        if (!after.DiffersFrom(before))
            return;
        try
        {
            Changed?.Invoke();
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

    [LoggerMessage(Level = LogLevel.Information, Message = "LLM server {Server} at {Address}, {Kind}, serves {Models} models")]
    private partial void LogReachable(string server, ServerAddress address, Registry.ServerKind kind, int models);

    [LoggerMessage(Level = LogLevel.Warning, Message = "LLM server {Server} is not usable: {Reason}")]
    private partial void LogUnreachable(string server, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A look at the LLM server {Server} failed unexpectedly")]
    private partial void LogLookFailed(Exception exception, string server);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener to the LLM server's state failed")]
    private partial void LogListenerFailed(Exception exception);
}
