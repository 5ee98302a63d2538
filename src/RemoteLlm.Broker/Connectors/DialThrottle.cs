using System.Collections.Concurrent;
using System.Net;
using RemoteLlm.Broker.Access;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Connectors;

/// <summary>
/// Caps on dials per address: a wide one for all, and a narrow one for those whose token is no good. A dial that is refused costs the broker as much as one whose
/// token is looked up, so the wide cap is only against floods; it lets 500 connectors behind one address be back at once when the broker restarts.
/// Junk tokens write a log line each, and that is what the narrow cap is for; good tokens pass beside them.
/// </summary>
internal sealed class DialThrottle(ConnectorOptions options, TimeProvider time)
{
    /// <summary>Dials with a bad token that an address may make at once, and a minute in the long run: 60 connectors, forgotten, that try once a minute.</summary>
    public const int Failures = 60;

    // A bound on memory: beyond it all is forgotten at once, which forgives and never locks out.
    private const int MaxAddresses = 50_000;

    // Half a minute's worth may come at once: after a restart of the broker all of them do.
    private readonly RequestLimits _all = new(options.DialsPerAddressPerMinute, Math.Max(1, options.DialsPerAddressPerMinute / 2));
    private readonly RequestLimits _failed = new(Failures, Failures);
    private readonly ConcurrentDictionary<IPAddress, TokenBucket> _dials = new();
    private readonly ConcurrentDictionary<IPAddress, TokenBucket> _failures = new();

    /// <summary>Counts a dial. Null when it may go on, else how long to wait.</summary>
    public TimeSpan? Refuse(IPAddress? address) => Count(_dials, _all, address);

    /// <summary>Counts a dial whose token was no good. Null when it may be told so, else how long to wait.</summary>
    public TimeSpan? CountFailure(IPAddress? address) => Count(_failures, _failed, address);

    private TimeSpan? Count(ConcurrentDictionary<IPAddress, TokenBucket> buckets, RequestLimits limits, IPAddress? address)
    {
        if (buckets.Count >= MaxAddresses)
            buckets.Clear();
        var bucket = buckets.GetOrAdd(SubscriberAddress.Of(address ?? IPAddress.None), static (_, given) => new TokenBucket(given.Limits, given.Frequency), (Limits: limits, Frequency: time.TimestampFrequency));
        var decision = bucket.Take(time.GetTimestamp());
        return decision.Allowed ? null : decision.Wait;
    }
}
