namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>
/// The cancellation of one forwarded request: by the client's leaving, or by a silence longer than the phase allows. Every byte starts the
/// clock anew; nothing ends only because it is long.
/// </summary>
public sealed class ActivityClock : IDisposable
{
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _client;
    private bool _limited;

    /// <summary>Starts with no limit set.</summary>
    /// <param name="time">Where time comes from.</param>
    /// <param name="client">Cancelled when the client has gone.</param>
    public ActivityClock(TimeProvider time, CancellationToken client)
    {
        _client = client;
        _silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(client, _silence.Token);
    }

    /// <summary>Cancelled by either.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>True when the client has gone.</summary>
    public bool ClientGone => _client.IsCancellationRequested;

    /// <summary>True when the silence was too long.</summary>
    public bool Expired => _silence.IsCancellationRequested;

    /// <summary>Allows this much silence from now on; zero is no limit.</summary>
    public void Allow(TimeSpan silence)
    {
        var limited = silence > TimeSpan.Zero;
        // Said for every read: where no clock runs there is none to stop.
        if (limited || _limited)
            _silence.CancelAfter(limited ? silence : Timeout.InfiniteTimeSpan);
        _limited = limited;
    }

    /// <summary>Cancels what still waits, though neither side is to blame for it.</summary>
    public void Abandon() => _either.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _silence.Dispose();
    }
}
