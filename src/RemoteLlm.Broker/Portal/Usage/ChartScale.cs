namespace RemoteLlm.Broker.Portal.Usage;

/// <summary>The scale of a chart: from 0 to a round number, with lines at round numbers between.</summary>
/// <param name="Top">The highest value on it.</param>
/// <param name="Lines">Where lines are, 0 and <paramref name="Top"/> among them.</param>
internal sealed record ChartScale(double Top, IReadOnlyList<double> Lines)
{
    private static readonly int[] s_steps = [1, 2, 5, 10];

    /// <summary>The scale for values up to one.</summary>
    public static ChartScale For(double most)
    {
        // A step of 1, 2 or 5 times a power of ten, of which up to four reach the top. Counts have no halves.
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(most / 4, 1))));
        var step = s_steps.Select(times => times * power).First(step => step * 4 >= most || step == 10 * power);
        var steps = (int)Math.Max(1, Math.Ceiling(most / step));
        return new ChartScale(steps * step, [.. Enumerable.Range(0, steps + 1).Select(at => at * step)]);
    }
}
