namespace RemoteLlm.Broker.Usage;

/// <summary>Records that wait to be written, and whoever waits for that.</summary>
internal sealed class PendingBatch(IReadOnlyList<SettledRecord> records)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<SettledRecord> Records => records;

    /// <summary>Completes when all of them are on the disk; fails with an <see cref="IOException"/> otherwise.</summary>
    public Task Done => _done.Task;

    /// <summary>Why it cannot be acknowledged; null as long as it can.</summary>
    public IOException? Failure { get; set; }

    public void Finish()
    {
        if (Failure is { } failure)
            _done.TrySetException(failure);
        else
            _done.TrySetResult();
    }
}
