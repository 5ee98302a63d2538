using System.Net;
using System.Threading.RateLimiting;

namespace RemoteLlm.Broker.Connectors;

/// <summary>A cap on dials per address, from the framework's partitioned limiter (idle addresses are forgotten).</summary>
internal sealed class DialThrottle(ConnectorOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.DialsPerAddressPerMinute,
            TokensPerPeriod = Math.Max(1, options.DialsPerAddressPerMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));

    /// <summary>Null when the dial may go on, else how long to wait.</summary>
    public TimeSpan? Refuse(IPAddress? address)
    {
        using var lease = _limiter.AttemptAcquire(address ?? IPAddress.None);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
    }

    public void Dispose() => _limiter.Dispose();
}
