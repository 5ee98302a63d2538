namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// Learns what one model's tokenizer and template make of prompts, from the counts that its server reports, one at a time. Starts from
/// <see cref="PromptWeights.Mean"/>, and a <see cref="RecursiveFit"/> of the relative error goes on from there. Servers that truncate a prompt in silence, or
/// count only what was not in their cache, move it by little. Constant memory, some 4 kB, and no more than a microsecond or two for an estimate and for a report.
/// Not thread-safe.
/// </summary>
public sealed class PromptLearner
{
    /// <summary>What the features cannot tell of a prompt's count, relative (standard deviation).</summary>
    private const double Noise = 0.03;

    /// <summary>An image's tokens depend on its size, which is not known: their standard deviation as a share of them.</summary>
    private const double ImageNoise = 0.5;

    /// <summary>No tokenizer makes so many times fewer tokens of a text than the usual one: it was truncated, or counted in part.</summary>
    private const double MostTimesFewer = 3;

    /// <summary>Nor so many times more, and <see cref="MostAdded"/>, which a server may put before any prompt.</summary>
    private const double MostTimesMore = 8;
    private const double MostAdded = 4_000;

    /// <summary>Of an error that is larger than this it matters only that it is large.</summary>
    private const double LargestError = 8;

    /// <summary>More features than this has no prompt.</summary>
    private const double MostFeatures = 1e9;

    /// <summary>Of a normal distribution, nine in ten lie within so many standard deviations.</summary>
    private const double NineInTen = 1.645;

    private readonly RecursiveFit _fit = new();
    private readonly RecentErrors _errors = new();

    /// <summary>What each weight of a state is for: another layout is of another release, and its states are no use.</summary>
    public static IReadOnlyList<string> Layout { get; } = [.. Enum.GetNames<PromptFeature>(), "Request"];

    /// <summary>Reports that it learnt from.</summary>
    public long Reports { get; private set; }

    /// <summary>Goes on from what another learner had learnt; null when that is no state that a learner can be in.</summary>
    public static PromptLearner? Restore(PromptLearnerState state)
    {
        var learner = new PromptLearner();
        if (state.Reports < 0 || !learner._errors.TryRestore(state.Errors, LargestError) || !learner._fit.TryRestore(state.Weights, state.Covariance))
            return null;
        learner.Reports = state.Reports;
        return learner;
    }

    /// <summary>What it has learnt.</summary>
    public PromptLearnerState Save() => new(_fit.SaveWeights(), _fit.SaveCovariance(), _errors.ToArray(), Reports);

    /// <summary>How many tokens a prompt has, and how sure that is.</summary>
    public PromptTokens Estimate(PromptFeatures features)
    {
        Span<double> row = stackalloc double[LearnedWeights.Count];
        Fill(row, features);
        var tokens = Math.Max(_fit.Value(row), 0);
        var scale = Math.Max(tokens, 1);
        Divide(row, scale);
        var deviation = Math.Sqrt(_fit.Variance(row) + NoiseOf(row, scale));
        return new PromptTokens((long)Math.Round(tokens), Math.Max(NineInTen * deviation, _errors.NinetiethPercentile()));
    }

    /// <summary>Learns from a request that the server has counted.</summary>
    /// <param name="features">What its prompt was made of.</param>
    /// <param name="promptTokens">Tokens of the whole prompt, cached ones included.</param>
    /// <returns>False when the figure cannot be that, and nothing was learnt but that estimates and reports differ.</returns>
    public bool Learn(PromptFeatures features, long promptTokens)
    {
        Span<double> row = stackalloc double[LearnedWeights.Count];
        Fill(row, features);
        if (promptTokens <= 0 || Sum(row) > MostFeatures)
            return false;

        var estimate = _fit.Value(row);
        _errors.Add(Math.Min(Math.Abs(estimate - promptTokens) / promptTokens, LargestError));
        var usual = LearnedWeights.Usual(row);
        if (!IsPlausible(row, usual, promptTokens))
            return false;

        // Relative to the larger one, so that a count that is far too small weighs no more than one that is far too large.
        var scale = Math.Max(usual / MostTimesMore, Math.Max(estimate, promptTokens));
        Divide(row, scale);
        _fit.Update(row, (promptTokens - estimate) / scale, NoiseOf(row, scale));
        Reports++;
        return true;
    }

    private static void Fill(Span<double> row, PromptFeatures features)
    {
        for (var i = 0; i < PromptFeatures.Count; i++)
            row[i] = features[(PromptFeature)i];
        row[LearnedWeights.Request] = 1;
    }

    private static void Divide(Span<double> row, double scale)
    {
        foreach (ref var x in row)
            x /= scale;
    }

    private static double Sum(ReadOnlySpan<double> row)
    {
        var sum = 0.0;
        foreach (var x in row)
            sum += x;
        return sum;
    }

    private static bool IsPlausible(ReadOnlySpan<double> row, double usual, long promptTokens)
    {
        var withoutImages = usual - (row[(int)PromptFeature.Images] * PromptWeights.TokensPerImage);
        return promptTokens * MostTimesFewer >= withoutImages && promptTokens <= (usual * MostTimesMore) + MostAdded;
    }

    // A count is a whole number; that matters for the shortest prompts alone.
    private double NoiseOf(ReadOnlySpan<double> row, double scale)
    {
        var images = ImageNoise * row[(int)PromptFeature.Images] * _fit.Weights[(int)PromptFeature.Images];
        return (Noise * Noise) + (1 / (scale * scale)) + (images * images);
    }
}
