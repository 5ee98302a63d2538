namespace RemoteLlm.Connector.Scheduling;

/// <summary>
/// How many requests the LLM server works on at once. Others wait here, in the order in which they came: who leaves, leaves at once, which the server's own
/// queue does not allow. Bounded; who finds it full is told so.
/// </summary>
/// <param name="slots">Requests at once; 0 = no limit, nobody waits.</param>
/// <param name="places">How many may wait.</param>
internal sealed class ServerSlots(int slots, int places) : IDisposable
{
    private readonly SemaphoreSlim? _free = slots == 0 ? null : new SemaphoreSlim(slots, slots);
    private int _waiting;

    /// <summary>Requests that wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes a slot, as soon as one is free.</summary>
    /// <returns>The lease to dispose when the request is over; null when too many wait already.</returns>
    /// <exception cref="OperationCanceledException">The caller left, or waited too long.</exception>
    public async ValueTask<SlotLease?> TakeAsync(CancellationToken cancellationToken)
    {
        if (_free is null || await _free.WaitAsync(0, CancellationToken.None))
            return new SlotLease(_free);
        try
        {
            if (Interlocked.Increment(ref _waiting) > places)
                return null;
            await _free.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        return new SlotLease(_free);
    }

    public void Dispose() => _free?.Dispose();
}

/// <summary>The right to one slot; given back once, however often it is disposed.</summary>
internal sealed class SlotLease(SemaphoreSlim? slots) : IDisposable
{
    private SemaphoreSlim? _slots = slots;

    public void Dispose() => Interlocked.Exchange(ref _slots, null)?.Release();
}
