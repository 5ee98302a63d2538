using System.Collections.Concurrent;
using RemoteLlm.Connector.Access;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Limits;

/// <summary>One token bucket of requests for each key, and a count of those that run. Limits come with the roster entry; a changed one holds from the next request on.</summary>
internal sealed class RequestLimiter
{
    private readonly ConcurrentDictionary<KeyDigest, TokenBucket> _buckets = new();
    private readonly ConcurrentDictionary<KeyDigest, RunningRequests> _running = new();
    private readonly TimeProvider _time;

    public RequestLimiter(RosterHolder roster, TimeProvider time)
    {
        _time = time;
        roster.Applied += Keep;
    }

    /// <summary>Keys that have a bucket.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes one request from the key's bucket, or says how long to wait.</summary>
    public TokenBucketDecision Take(RosterEntry entry)
    {
        var now = _time.GetTimestamp();
        if (!_buckets.TryGetValue(entry.Fingerprint, out var bucket))
            bucket = _buckets.GetOrAdd(entry.Fingerprint, new TokenBucket(entry.Limits, _time.TimestampFrequency));
        if (bucket.Limits != entry.Limits)
            bucket.Reconfigure(entry.Limits, now);
        return bucket.Take(now);
    }

    /// <summary>Counts one more running request of the key until the returned value is disposed; null when it has as many as it may.</summary>
    public IDisposable? Enter(RosterEntry entry) => _running.GetOrAdd(entry.Fingerprint, static _ => new RunningRequests()).Enter(entry.Limits.ConcurrentRequests);

    // A bucket lives no longer than its key is on the roster.
    private void Keep(Roster roster)
    {
        var known = roster.Entries.Select(entry => entry.Fingerprint).ToHashSet();
        foreach (var fingerprint in _buckets.Keys)
        {
            if (!known.Contains(fingerprint))
                _buckets.TryRemove(fingerprint, out _);
        }

        foreach (var fingerprint in _running.Keys)
        {
            if (!known.Contains(fingerprint))
                _running.TryRemove(fingerprint, out _);
        }
    }
}
