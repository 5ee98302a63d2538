namespace RemoteLlm.Broker.Connectors;

/// <summary>A control connection without a session, from its upgrade to its session or its end.</summary>
internal sealed class ControlVisit : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Action _leave;
    private readonly Action _overstayed;
    private readonly ITimer _timer;
    private bool _over;

    public ControlVisit(Action leave, Action overstayed, TimeSpan longest, TimeProvider time)
    {
        (_leave, _overstayed) = (leave, overstayed);
        _timer = time.CreateTimer(static visit => ((ControlVisit)visit!).Overstay(), this, longest, Timeout.InfiniteTimeSpan);
    }

    /// <summary>It has a session now, or has ended. Harmless a second time; when this returns, the connection is not ended from here any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_over)
                return;
            _over = true;
        }

        _timer.Dispose();
        _leave();
    }

    // Under the lock, because the server gives a request's context to another request once it has ended.
    private void Overstay()
    {
        lock (_gate)
        {
            if (!_over)
                _overstayed();
        }
    }
}
