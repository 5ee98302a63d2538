using BenchmarkDotNet.Attributes;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Benchmarks.Micro;

/// <summary>The check of a limit: paid once for every request.</summary>
public class TokenBucketBenchmarks
{
    private readonly TokenBucket _generous = new(new RequestLimits(1e9, int.MaxValue), TimeProvider.System.TimestampFrequency);
    private readonly TokenBucket _empty = new(new RequestLimits(1e-9, 1), TimeProvider.System.TimestampFrequency);

    [Benchmark]
    public bool Allowed() => _generous.TryTake(TimeProvider.System.GetTimestamp(), out _);

    [Benchmark]
    public bool Refused() => _empty.TryTake(TimeProvider.System.GetTimestamp(), out _);

    /// <summary>With all that the answer's headers want.</summary>
    [Benchmark]
    public TokenBucketDecision Take() => _generous.Take(TimeProvider.System.GetTimestamp());
}
