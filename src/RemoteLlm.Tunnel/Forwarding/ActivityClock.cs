namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>
/// The cancellation of one forwarded request: by the client's leaving, by a silence longer than the phase allows, or because what allowed it was withdrawn. Every byte starts the
/// clock anew; nothing ends only because it is long.
/// </summary>
public sealed class ActivityClock : IDisposable
{
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);

    private CancellationTokenSource _silence;
    private CancellationTokenSource _either;
    private readonly Lock _gate = new();
    private readonly CancellationToken _client;
    private readonly TimeProvider _time;
    private volatile bool _withdrawn;
    private bool _disposed;
    private bool _limited;
    private TimeSpan _allowed;
    private long _since;

    /// <summary>Starts with no limit set.</summary>
    /// <param name="time">Where time comes from.</param>
    /// <param name="client">Cancelled when the client has gone.</param>
    public ActivityClock(TimeProvider time, CancellationToken client)
    {
        (_client, _time) = (client, time);
        (_silence, _either) = Sources();
    }

    /// <summary>Cancelled by any of the three.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>True when the client has gone.</summary>
    public bool ClientGone => _client.IsCancellationRequested;

    /// <summary>True when the silence was too long.</summary>
    public bool Expired => _silence.IsCancellationRequested;

    /// <summary>True when the request has to end although neither side is to blame: its client may not go on.</summary>
    public bool Withdrawn => _withdrawn;

    /// <summary>Allows this much silence from now on; zero is no limit.</summary>
    public void Allow(TimeSpan silence)
    {
        var limited = silence > TimeSpan.Zero;
        // Said for every read: where no clock runs there is none to stop.
        if (limited || _limited)
            _silence.CancelAfter(limited ? silence : Timeout.InfiniteTimeSpan);
        _limited = limited;
        if (limited)
            (_allowed, _since) = (silence, _time.GetTimestamp());
    }

    /// <summary>
    /// Begins anew after a silence that was too long, with no limit set, so that somebody else can be asked; does nothing unless it has <see cref="Expired"/>. Not while anything still waits
    /// with <see cref="Token"/>.
    /// </summary>
    public void Restart()
    {
        if (!Expired)
            return;
        lock (_gate)
        {
            _either.Dispose();
            _silence.Dispose();
            (_silence, _either) = Sources();
            _limited = false;
            if (_withdrawn)
                _either.Cancel();
        }
    }

    /// <summary>Ends the request for good, from any thread and without waiting: whoever waits with <see cref="Token"/> is told on another one. Nothing once it is over.</summary>
    public void Withdraw()
    {
        lock (_gate)
        {
            if (_withdrawn || _disposed)
                return;
            _withdrawn = true;
            _ = _either.CancelAsync();
        }
    }

    /// <summary>The clock as it runs now, for <see cref="Resume"/> when another wait has come in between.</summary>
    public Rest Interrupt() => new(_limited, _allowed, _since);

    /// <summary>Goes on with a clock that was interrupted, as if it had run on.</summary>
    public void Resume(Rest rest)
    {
        if (!rest.Limited)
        {
            Allow(TimeSpan.Zero);
            return;
        }

        // Something may have come meanwhile, and its reader gets the time to say so.
        var left = rest.Allowed - _time.GetElapsedTime(rest.Since);
        _silence.CancelAfter(left > s_least ? left : s_least);
        (_limited, _allowed, _since) = (true, rest.Allowed, rest.Since);
    }

    /// <summary>Whose fault it is that a wait for the answering side failed.</summary>
    public ForwardSide Side => ClientGone ? ForwardSide.Client : Withdrawn ? ForwardSide.None : Expired ? ForwardSide.UpstreamSilent : ForwardSide.Upstream;

    /// <summary>Cancels what still waits, though neither side is to blame for it.</summary>
    public void Abandon() => _either.Cancel();

    /// <summary>A clock that was interrupted.</summary>
    public readonly record struct Rest(bool Limited, TimeSpan Allowed, long Since);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _either.Dispose();
            _silence.Dispose();
        }
    }

    private (CancellationTokenSource Silence, CancellationTokenSource Either) Sources()
    {
        var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        return (silence, CancellationTokenSource.CreateLinkedTokenSource(_client, silence.Token));
    }
}
