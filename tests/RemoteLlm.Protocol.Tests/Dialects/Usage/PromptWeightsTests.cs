using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

public sealed class PromptWeightsTests(ITestOutputHelper output)
{
    private const double Ridge = 0.3;

    [Fact]
    public void The_estimate_is_near_what_six_tokenizers_count()
    {
        var errors = new List<(string Tokenizer, double Error)>();
        foreach (var prompt in TokenCounts.Read())
        {
            var estimate = prompt.Estimate().Tokens;
            errors.AddRange(prompt.Tokens.Select(t => (t.Key, Math.Abs(estimate - t.Value) / (double)t.Value)));
        }

        Assert.Equal(1200, errors.Count);
        var (median, p90) = (Quantile(errors.Select(e => e.Error), 0.5), Quantile(errors.Select(e => e.Error), 0.9));
        output.WriteLine($"all: median {median:P1}, p90 {p90:P1}");
        foreach (var tokenizer in errors.GroupBy(e => e.Tokenizer))
            output.WriteLine($"{tokenizer.Key}: median {Quantile(tokenizer.Select(e => e.Error), 0.5):P1}, p90 {Quantile(tokenizer.Select(e => e.Error), 0.9):P1}");
        Assert.InRange(median, 0, 0.08);
        Assert.InRange(p90, 0, 0.27);
    }

    [Fact]
    public void The_weights_are_the_least_squares_fit_to_the_recording()
    {
        var prior = PromptWeights.Prior.ToArray();
        var n = prior.Length;
        var normal = new double[n, n + 1];
        foreach (var prompt in TokenCounts.Read())
        {
            var features = prompt.Estimate().Features;
            var row = Enumerable.Range(0, n).Select(i => features[(PromptFeature)i] / prompt.Mean).ToArray();
            var rest = 1 - row.Zip(prior, (x, w) => x * w).Sum();
            for (var i = 0; i < n; i++)
            {
                normal[i, n] += row[i] * rest;
                for (var j = 0; j < n; j++)
                    normal[i, j] += row[i] * row[j];
            }
        }

        for (var i = 0; i < n; i++)
            normal[i, i] += Ridge;
        var fit = Solve(normal, n).Zip(prior, (x, w) => x + w).ToArray();
        output.WriteLine(string.Join(", ", fit.Select((w, i) => $"{(PromptFeature)i} {w:0.000}")));
        for (var i = 0; i < n; i++)
            Assert.Equal(fit[i], PromptWeights.Mean[i], 0.001);
    }

    [Fact]
    public void Weights_for_fewer_features_are_refused() =>
        Assert.Throws<ArgumentException>(() => PromptWeights.Tokens(default, [1, 2]));

    /// <summary>Gauss and Jordan. The ridge keeps every pivot away from 0.</summary>
    private static double[] Solve(double[,] m, int n)
    {
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < n; k++)
            {
                var factor = m[k, i] / m[i, i];
                for (var j = i; j <= n && k != i; j++)
                    m[k, j] -= factor * m[i, j];
            }
        }

        return [.. Enumerable.Range(0, n).Select(i => m[i, n] / m[i, i])];
    }

    private static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)(share * (sorted.Length - 1))];
    }
}
