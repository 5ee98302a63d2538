using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Tests.Access;

public sealed class RateLimitDurationTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(-1, "0s")]
    [InlineData(1, "1ms")]
    [InlineData(12 * 10_000, "12ms")]
    [InlineData(12 * 10_000 + 1, "13ms")]
    [InlineData(9_990_001, "1s")]
    [InlineData(10_000_000, "1s")]
    [InlineData(15_000_000, "1.5s")]
    [InlineData(86_400_000, "8.64s")]
    [InlineData(599_990_001, "1m0s")]
    [InlineData(3_600_000_000, "6m0s")]
    [InlineData(3_605_000_000, "6m0.5s")]
    [InlineData(36_000_000_000, "1h0m0s")]
    [InlineData(1_000_000_000_000, "27h46m40s")]
    public void Format_writes_the_form_of_openai_and_rounds_up(long ticks, string expected) =>
        Assert.Equal(expected, RateLimitDuration.Format(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void Format_takes_the_longest_duration() => Assert.EndsWith("s", RateLimitDuration.Format(TimeSpan.MaxValue), StringComparison.Ordinal);
}
