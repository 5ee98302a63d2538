namespace RemoteLlm.Testing.Faults;

/// <summary>Counts the bytes that one direction has delivered, and tells who waits for a number.</summary>
internal sealed class Passage
{
    private readonly Lock _gate = new();
    private readonly List<(long Bytes, TaskCompletionSource Reached)> _waiters = [];
    private long _passed;
    private long _writes;
    private long _untilCut = long.MaxValue;

    /// <summary>Bytes delivered so far.</summary>
    public long Passed
    {
        get { lock (_gate) return _passed; }
    }

    /// <summary>Writes that delivered them.</summary>
    public long Writes
    {
        get { lock (_gate) return _writes; }
    }

    /// <summary>Lets so many bytes pass and no more; null for all.</summary>
    public void CutAfter(long? bytes)
    {
        lock (_gate) _untilCut = bytes ?? long.MaxValue;
    }

    /// <summary>How many of the next bytes may pass before the cut.</summary>
    public int Allow(int bytes, out bool thenCut)
    {
        lock (_gate)
        {
            thenCut = _untilCut <= bytes;
            if (!thenCut)
            {
                if (_untilCut != long.MaxValue)
                    _untilCut -= bytes;
                return bytes;
            }

            var allowed = (int)_untilCut;
            _untilCut = long.MaxValue;
            return allowed;
        }
    }

    public void Count(int bytes)
    {
        lock (_gate)
        {
            _passed += bytes;
            _writes++;
            foreach (var (wanted, reached) in _waiters)
            {
                if (_passed >= wanted)
                    reached.TrySetResult();
            }

            _waiters.RemoveAll(waiter => waiter.Reached.Task.IsCompleted);
        }
    }

    /// <summary>Completes when so many bytes have been delivered in total.</summary>
    public Task Until(long bytes)
    {
        lock (_gate)
        {
            if (_passed >= bytes)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((bytes, reached));
            return reached.Task;
        }
    }
}
