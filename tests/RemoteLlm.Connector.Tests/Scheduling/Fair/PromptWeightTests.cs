using RemoteLlm.Connector.Scheduling.Fair;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Tests.Scheduling.Fair;

public sealed class PromptWeightTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.04)]
    [InlineData(0.5)]
    public void The_time_of_prompts_against_that_of_answers_is_learned_in_some_requests(double ratio)
    {
        var weight = new PromptWeight();
        for (var i = 0; i < 60; i++)
            Answer(weight, ratio);

        Assert.InRange(weight.Value, ratio * 0.95, ratio * 1.05);
        Assert.Equal(2_000 * weight.Value + 300, weight.CostOf(new TokenUsage(5_000, 300, 3_000)), 6);
    }

    [Fact]
    public void Nonsense_moves_it_a_little_and_never_out_of_its_bounds()
    {
        var weight = new PromptWeight();
        // Nothing can be told of these: a short prompt, a short answer, one that was kept back and came whole, clocks that stand still.
        weight.Learn(new TokenUsage(10, 500, 0), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        weight.Learn(new TokenUsage(5_000, 2, 0), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        weight.Learn(new TokenUsage(5_000, 500, 0), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(1));
        weight.Learn(new TokenUsage(5_000, 500, 4_990), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        weight.Learn(new TokenUsage(-5, -500, 0), TimeSpan.FromSeconds(-10), TimeSpan.Zero);
        Assert.Equal(PromptWeight.Usual, weight.Value);

        weight.Learn(new TokenUsage(5_000, 500, 0), TimeSpan.FromHours(10), TimeSpan.FromSeconds(10));
        Assert.InRange(weight.Value, 0.1, 0.13);
        for (var i = 0; i < 100; i++)
            weight.Learn(new TokenUsage(long.MaxValue, long.MaxValue, long.MinValue), TimeSpan.MaxValue, TimeSpan.MaxValue);
        Assert.InRange(weight.Value, PromptWeight.Least, PromptWeight.Most);
        Assert.InRange(weight.CostOf(new TokenUsage(long.MaxValue, long.MaxValue, long.MinValue)), 0, 1e13);
        Assert.Equal(0, weight.CostOf(new TokenUsage(-1, -1, 7)));
    }

    private static void Answer(PromptWeight weight, double ratio) =>
        weight.Learn(new TokenUsage(5_000, 301, 1_000), TimeSpan.FromSeconds(4_000 * 0.02 * ratio), TimeSpan.FromSeconds(300 * 0.02));
}
