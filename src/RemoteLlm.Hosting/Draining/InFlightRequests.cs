namespace RemoteLlm.Hosting.Draining;

/// <summary>Counts the requests that are being served, so that a stop can wait for them.</summary>
public sealed class InFlightRequests
{
    private readonly Lock _gate = new();
    private int _count;
    private TaskCompletionSource? _idle;
    private bool _draining;

    /// <summary>Requests being served now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>True from the moment a stop began: no new request should be begun.</summary>
    public bool Draining => Volatile.Read(ref _draining);

    /// <summary>Counts a request until the returned value is disposed.</summary>
    public Lease Enter()
    {
        lock (_gate)
            _count++;
        return new Lease(this);
    }

    /// <summary>Marks the stop and completes when no request is left.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            Volatile.Write(ref _draining, true);
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_count == 0)
                _idle.TrySetResult();
            return _idle.Task;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_count == 0)
                _idle?.TrySetResult();
        }
    }

    /// <summary>One counted request.</summary>
    public readonly struct Lease(InFlightRequests owner) : IDisposable
    {
        /// <summary>The request is over. Once only.</summary>
        public void Dispose() => owner.Leave();
    }
}
