using RemoteLlm.Connector.Scheduling.Fair;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>A request that waits for a slot, in the lines of all its servers. Everything but the wait itself under the gate of <see cref="Dispatcher"/>.</summary>
/// <param name="dispatcher">Whom it leaves.</param>
/// <param name="seeker">The request.</param>
/// <param name="sequence">How many came before it.</param>
internal sealed class Waiter(Dispatcher dispatcher, ISlotSeeker seeker, long sequence)
{
    private readonly TaskCompletionSource<Dispatch> _place = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ISlotSeeker Seeker => seeker;

    public long Sequence => sequence;

    /// <summary>Its places, one for each of its servers.</summary>
    public List<Seat> Seats { get; } = new(capacity: 1);

    /// <summary>How often another request went before it where it stood first but for want of the server's tokens.</summary>
    public int Overtaken { get; set; }

    /// <summary>The round in which it was asked last.</summary>
    public long Asked { get; set; }

    public async Task<Dispatch> WaitAsync(CancellationToken cancellationToken)
    {
        await using var leaving = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var waiter = (Waiter)state!;
                waiter.Dispatcher.Leave(waiter, token);
            },
            this);
        return await _place.Task;
    }

    public void Finish(Dispatch settled) => _place.SetResult(settled);

    public void Cancel(CancellationToken token) => _place.SetCanceled(token);

    private Dispatcher Dispatcher => dispatcher;
}
