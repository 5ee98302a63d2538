using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Connector.Status;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Status;

public sealed class LatencyHistogramProperties
{
    private static readonly Config s_config = Draws.Properties(300);
    private static readonly double[] s_shares = [0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

    [Fact]
    public void Every_quantile_is_within_two_percent_of_the_sorted_truth() => Prop.ForAll(Durations(), durations =>
    {
        var histogram = Of(durations);
        var sorted = durations.Select(Clamped).Order().ToList();
        return s_shares.All(share => Near(histogram.Quantile(share)!.Value, sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)]));
    }).Check(s_config);

    [Fact]
    public void Two_that_are_added_say_what_one_for_all_says() => Prop.ForAll(Durations(), Durations(), (some, others) =>
    {
        var sum = Of(some);
        sum.Add(Of(others));
        var all = Of([.. some, .. others]);
        return sum.Count == all.Count && s_shares.All(share => sum.Quantile(share) == all.Quantile(share));
    }).Check(s_config);

    [Fact]
    public void An_empty_one_knows_nothing() => Assert.Null(new LatencyHistogram().Quantile(0.5));

    [Fact]
    public void What_is_out_of_range_counts_at_the_border()
    {
        var histogram = Of([TimeSpan.Zero, TimeSpan.FromTicks(-5), TimeSpan.FromDays(400)]);

        Assert.True(Near(histogram.Quantile(0.5)!.Value, LatencyHistogram.Shortest));
        Assert.True(Near(histogram.Quantile(1)!.Value, LatencyHistogram.Longest));
    }

    private static LatencyHistogram Of(IEnumerable<TimeSpan> durations)
    {
        var histogram = new LatencyHistogram();
        foreach (var duration in durations)
            histogram.Record(duration);
        return histogram;
    }

    private static bool Near(TimeSpan estimate, TimeSpan truth) => (estimate - truth).Duration() <= truth * LatencyHistogram.RelativeError;

    private static TimeSpan Clamped(TimeSpan duration) =>
        duration < LatencyHistogram.Shortest ? LatencyHistogram.Shortest : duration > LatencyHistogram.Longest ? LatencyHistogram.Longest : duration;

    // All magnitudes alike, many that are the same, and a few outside the range.
    private static Arbitrary<List<TimeSpan>> Durations() => Gen.Frequency(
            (10, Gen.Choose(-100, 700).Select(hundredths => TimeSpan.FromSeconds(Math.Pow(10, hundredths / 100.0 - 2)))),
            (5, Gen.Choose(1, int.MaxValue).Select(ticks => TimeSpan.FromTicks(ticks))),
            (1, Gen.Constant(TimeSpan.FromMilliseconds(20))),
            (1, Gen.Elements(TimeSpan.Zero, TimeSpan.FromHours(24), TimeSpan.FromDays(3), LatencyHistogram.Shortest)))
        .NonEmptyListOf().Select(list => list.ToList()).ToArbitrary();
}
