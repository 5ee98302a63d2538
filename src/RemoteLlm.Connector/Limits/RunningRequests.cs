namespace RemoteLlm.Connector.Limits;

/// <summary>Counts the requests of one key that run now.</summary>
internal sealed class RunningRequests
{
    private int _count;

    /// <summary>One more, until the returned value is disposed; null when there are <paramref name="limit"/> already. 0 is no limit.</summary>
    public IDisposable? Enter(int limit)
    {
        if (Interlocked.Increment(ref _count) <= limit || limit == 0)
            return new Place(this);
        Interlocked.Decrement(ref _count);
        return null;
    }

    private sealed class Place(RunningRequests owner) : IDisposable
    {
        private RunningRequests? _owner = owner;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _owner, null) is { } counted)
                Interlocked.Decrement(ref counted._count);
        }
    }
}
