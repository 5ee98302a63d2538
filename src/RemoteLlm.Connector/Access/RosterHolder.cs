using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Access;

/// <summary>The roster in force. Read by every request without a lock; replaced whole, also where little of it has changed.</summary>
internal sealed class RosterHolder(TimeProvider time)
{
    private readonly Lock _applying = new();
    private State _state = new(RosterIndex.Empty, NewSignal());

    /// <summary>Another roster is in force. Called in turn.</summary>
    public event Action<RosterChange>? Applied;

    /// <summary>The roster in force.</summary>
    public RosterIndex Current => Volatile.Read(ref _state).Roster;

    /// <summary>Revision in force; -1 before the first roster.</summary>
    public long Revision => Current.Revision;

    /// <summary>Keys in force.</summary>
    public int Count => Current.Keys;

    /// <summary>Puts a roster in force, or changes of the one that is. A revision counts within one broker process only, so a whole one of a lower revision is taken too.</summary>
    /// <param name="push">A sound push (<see cref="RosterPushes.IsSound"/>).</param>
    /// <returns>False where it changes another roster than the one in force; that one stays.</returns>
    public bool Apply(RosterPush push)
    {
        lock (_applying)
        {
            if (Current.After(push) is not { } change)
                return false;
            Replace(change.Roster);
            Applied?.Invoke(change);
            return true;
        }
    }

    /// <summary>What is in force stays until the next roster, which must be a whole one.</summary>
    public void Forget()
    {
        lock (_applying)
            Replace(Current.WithoutRevision());
    }

    /// <summary>The entry of a credential, or null.</summary>
    public RosterEntry? Find(KeyDigest fingerprint) => Current.Find(fingerprint);

    /// <summary>Waits until a roster of at least this revision is in force, or the time is up.</summary>
    public async ValueTask WaitForAsync(long revision, TimeSpan longest, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (Volatile.Read(ref _state) is var state && state.Roster.Revision < revision)
        {
            var left = longest - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return;
            try
            {
                await state.Replaced.Task.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }

    private void Replace(RosterIndex roster) => Interlocked.Exchange(ref _state, new State(roster, NewSignal())).Replaced.SetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record State(RosterIndex Roster, TaskCompletionSource Replaced);
}
