using System.Collections.Concurrent;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Limits;

/// <summary>One token bucket of requests for each key. Limits come with the roster entry; a changed one holds from the next request on.</summary>
internal sealed class RequestLimiter(TimeProvider time)
{
    private readonly ConcurrentDictionary<KeyDigest, TokenBucket> _buckets = new();

    /// <summary>Takes one request from the key's bucket, or says how long to wait.</summary>
    public TokenBucketDecision Take(RosterEntry entry)
    {
        var now = time.GetTimestamp();
        if (!_buckets.TryGetValue(entry.Fingerprint, out var bucket))
            bucket = _buckets.GetOrAdd(entry.Fingerprint, new TokenBucket(entry.Limits, time.TimestampFrequency));
        if (bucket.Limits != entry.Limits)
            bucket.Reconfigure(entry.Limits, now);
        return bucket.Take(now);
    }

    /// <summary>Forgets the buckets of keys that are no longer on the roster. A bucket is bounded by its key's being known.</summary>
    public void Keep(Roster roster)
    {
        var known = roster.Entries.Select(entry => entry.Fingerprint).ToHashSet();
        foreach (var fingerprint in _buckets.Keys)
        {
            if (!known.Contains(fingerprint))
                _buckets.TryRemove(fingerprint, out _);
        }
    }
}
