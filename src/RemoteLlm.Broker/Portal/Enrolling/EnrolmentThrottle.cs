using System.Collections.Concurrent;
using System.Net;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Portal.Enrolling;

/// <summary>How often an address may ask for codes and for tokens: both are open to everybody.</summary>
internal sealed class EnrolmentThrottle(TimeProvider time)
{
    /// <summary>Codes a minute, 10, five of them at once: an office that enrols several machines.</summary>
    public static readonly RequestLimits Codes = new(10, 5);

    /// <summary>Questions for a token a minute, 120: ten connectors that ask every 5 s, all of one office.</summary>
    public static readonly RequestLimits Tokens = new(120, 40);

    // A bound on memory: beyond it all is forgotten at once, which forgives and never locks out.
    private const int MaxAddresses = 20_000;

    private readonly ConcurrentDictionary<(IPAddress, RequestLimits), TokenBucket> _buckets = new();

    /// <summary>Counts a question. Null when it may be answered, else how long to wait.</summary>
    public TimeSpan? Refuse(IPAddress? address, RequestLimits limits)
    {
        if (_buckets.Count >= MaxAddresses)
            _buckets.Clear();
        var bucket = _buckets.GetOrAdd((SubscriberAddress.Of(address ?? IPAddress.None), limits), static (key, frequency) => new TokenBucket(key.Item2, frequency), time.TimestampFrequency);
        var decision = bucket.Take(time.GetTimestamp());
        return decision.Allowed ? null : decision.Wait;
    }
}
