using System.Collections.Frozen;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Access;

/// <summary>The roster in force. Read by every request without a lock; replaced whole.</summary>
internal sealed class RosterHolder(TimeProvider time)
{
    private sealed record State(long Revision, FrozenDictionary<KeyDigest, RosterEntry> ByFingerprint, TaskCompletionSource Replaced);

    private State _state = new(-1, FrozenDictionary<KeyDigest, RosterEntry>.Empty, NewSignal());

    /// <summary>Another roster is in force.</summary>
    public event Action<Roster>? Applied;

    /// <summary>Revision in force; -1 before the first roster.</summary>
    public long Revision => Volatile.Read(ref _state).Revision;

    /// <summary>Keys in force.</summary>
    public int Count => Volatile.Read(ref _state).ByFingerprint.Count;

    /// <summary>Puts a roster in force. A revision counts within one broker process only, so a lower one is taken too.</summary>
    public void Apply(Roster roster)
    {
        var index = roster.Entries.DistinctBy(entry => entry.Fingerprint).ToFrozenDictionary(entry => entry.Fingerprint);
        var before = Interlocked.Exchange(ref _state, new State(roster.Revision, index, NewSignal()));
        before.Replaced.SetResult();
        Applied?.Invoke(roster);
    }

    /// <summary>The entry of a credential, or null.</summary>
    public RosterEntry? Find(KeyDigest fingerprint) => Volatile.Read(ref _state).ByFingerprint.GetValueOrDefault(fingerprint);

    /// <summary>Waits until a roster of at least this revision is in force, or the time is up.</summary>
    public async ValueTask WaitForAsync(long revision, TimeSpan longest, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (Volatile.Read(ref _state) is var state && state.Revision < revision)
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

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
