using System.Collections.Concurrent;
using RemoteLlm.Connector.Access;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Limits;

/// <summary>For each key a bucket of requests, one of tokens, and a count of those that run. Limits come with the roster entry; a changed one holds from the next request on.</summary>
internal sealed class RequestLimiter
{
    private readonly ConcurrentDictionary<KeyDigest, TokenBucket> _buckets = new();
    private readonly ConcurrentDictionary<KeyDigest, TokenBucket> _tokens = new();
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
        return Bucket(_buckets, entry, entry.Limits, now).Take(now);
    }

    /// <summary>Takes what a prompt is estimated to have from the key's bucket of tokens, or says how long to wait. <see cref="SettleTokens"/> corrects it.</summary>
    public TokenBucketDecision TakeTokens(RosterEntry entry, long tokens)
    {
        var now = _time.GetTimestamp();
        return Bucket(_tokens, entry, TokenLimits(entry), now).Take(now, tokens);
    }

    /// <summary>The request is over: the difference between what it used and what was taken for it.</summary>
    public void SettleTokens(RosterEntry entry, long difference)
    {
        // Of a key that is gone meanwhile nothing is owed.
        if (_tokens.TryGetValue(entry.Fingerprint, out var bucket))
            bucket.Settle(_time.GetTimestamp(), difference);
    }

    /// <summary>Counts one more running request of the key until the returned value is disposed; null when it has as many as it may.</summary>
    public IDisposable? Enter(RosterEntry entry) => _running.GetOrAdd(entry.Fingerprint, static _ => new RunningRequests()).Enter(entry.Limits.ConcurrentRequests);

    private static RequestLimits TokenLimits(RosterEntry entry) => new(entry.Limits.TokensPerMinute, (int)Math.Clamp(entry.Limits.TokensPerMinute, 1, int.MaxValue));

    private TokenBucket Bucket(ConcurrentDictionary<KeyDigest, TokenBucket> buckets, RosterEntry entry, RequestLimits limits, long now)
    {
        if (!buckets.TryGetValue(entry.Fingerprint, out var bucket))
            bucket = buckets.GetOrAdd(entry.Fingerprint, new TokenBucket(limits, _time.TimestampFrequency));
        if (bucket.Limits != limits)
            bucket.Reconfigure(limits, now);
        return bucket;
    }

    // A bucket lives no longer than its key is on the roster.
    private void Keep(RosterChange change)
    {
        Keep(_buckets, change.Roster);
        Keep(_tokens, change.Roster);
        Keep(_running, change.Roster);
    }

    private static void Keep<T>(ConcurrentDictionary<KeyDigest, T> counts, RosterIndex known)
    {
        foreach (var (fingerprint, _) in counts)
        {
            if (known.Find(fingerprint) is null)
                counts.TryRemove(fingerprint, out _);
        }
    }
}
