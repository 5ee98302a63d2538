using RemoteLlm.Connector.Scheduling.Fair;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>
/// How many requests one server works on, how many it may, and who waits for it. It outlives an edit of the server's entry: what runs goes on counting. Changed under the gate of
/// <see cref="Dispatcher"/> only; the counts are read by anybody.
/// </summary>
internal sealed class ServerLoad
{
    private int _running;
    private int _waiting;
    private long _picked;

    /// <summary>Requests that run now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Requests that wait and that this server could serve.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>A count of picks as of the last one of this server: the one that was picked the longest ago comes first among equals.</summary>
    public long Picked => Volatile.Read(ref _picked);

    /// <summary>What its prompts cost, compared with its answers.</summary>
    public PromptWeight PromptWeight { get; } = new();

    /// <summary>Who waits, in which order. Under the dispatcher's gate only.</summary>
    internal ServerLine Line { get; } = new();

    internal void Enter(long pick)
    {
        Volatile.Write(ref _running, _running + 1);
        Volatile.Write(ref _picked, pick);
    }

    internal void Leave() => Volatile.Write(ref _running, _running - 1);

    internal void Wait(int difference) => Volatile.Write(ref _waiting, _waiting + difference);
}
