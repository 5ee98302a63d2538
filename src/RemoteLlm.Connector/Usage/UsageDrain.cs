using RemoteLlm.Hosting.Draining;

namespace RemoteLlm.Connector.Usage;

/// <summary>When the connector stops: what its last requests used goes to the ledger before the line does. What does not is on the disk.</summary>
internal sealed class UsageDrain(UsageSettler settler, TimeProvider time) : IDrainStep
{
    /// <summary>How long that may take, 5 s: the broker answers a batch within milliseconds, or has trouble of its own.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public Task BeginDrainAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task EndDrainAsync(CancellationToken cancellationToken)
    {
        settler.Hurry();
        using var patience = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await settler.EmptiedAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // The next start sends it.
        }
    }
}
