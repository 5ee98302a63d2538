namespace RemoteLlm.Hosting.Draining;

/// <summary>Something to do when a stop begins, while everything still runs: telling peers to send no more.</summary>
public interface IDrainStep
{
    /// <summary>Returns when the peers know, or cannot be told.</summary>
    Task BeginDrainAsync(CancellationToken cancellationToken);

    /// <summary>Called when the last request has ended or the grace is over, before the servers stop.</summary>
    Task EndDrainAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
