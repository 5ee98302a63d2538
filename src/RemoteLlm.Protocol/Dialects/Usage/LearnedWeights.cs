namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// What a <see cref="PromptLearner"/> holds a tokenizer for before it has seen any of it: a weight for each <see cref="PromptFeature"/> and one, the last, for
/// what every request costs (a chat template's frame, a system prompt of the server's own); and how far from that a tokenizer may be.
/// </summary>
internal static class LearnedWeights
{
    /// <summary>How many weights there are.</summary>
    public const int Count = PromptFeatures.Count + 1;

    /// <summary>Which of them is for the request.</summary>
    public const int Request = Count - 1;

    /// <summary>
    /// How far all classes of characters may be off together, as a share (standard deviation): a tokenizer with a larger vocabulary has fewer tokens of everything.
    /// It is what lets the first report say something of classes that were not in it.
    /// </summary>
    private const double TogetherDeviation = 0.1;

    /// <summary>Tokens. A template's frame is 0 to 40; a system prompt of the server's own may have hundreds, and is learnt within 20 reports all the same.</summary>
    private const double RequestDeviation = 35;

    // A word or a run that costs more than this is none that a tokenizer makes; of characters, each has at most as many tokens as it has bytes.
    private const double MostPerWord = 10;
    private const double MostPerCharacter = 4;

    private static readonly double[] StartWeights = [.. PromptWeights.Mean, 0];
    private static readonly double[] StartCovariance = Covariance();
    private static readonly double[] Largest = [.. Enumerable.Range(0, Count).Select(Most)];

    /// <summary>What to start from.</summary>
    public static ReadOnlySpan<double> Start => StartWeights;

    /// <summary>The covariance to start from, row by row.</summary>
    public static ReadOnlySpan<double> Uncertainty => StartCovariance;

    /// <summary>No weight is larger than this, nor less than 0.</summary>
    public static ReadOnlySpan<double> Limits => Largest;

    /// <summary>What the weights to start from make of a row.</summary>
    public static double Usual(ReadOnlySpan<double> row)
    {
        var tokens = 0.0;
        for (var i = 0; i < Count; i++)
            tokens += row[i] * StartWeights[i];
        return tokens;
    }

    private static bool IsText(int weight) => weight < (int)PromptFeature.Messages;

    private static double[] Covariance()
    {
        var covariance = new double[Count * Count];
        for (var i = 0; i < Count; i++)
        {
            for (var j = 0; j < Count && IsText(i); j++)
                covariance[(i * Count) + j] = IsText(j) ? TogetherDeviation * TogetherDeviation * StartWeights[i] * StartWeights[j] : 0;
            var own = Deviation(i);
            covariance[(i * Count) + i] += own * own;
        }

        return covariance;
    }

    private static double Deviation(int weight) => weight switch
    {
        Request => RequestDeviation,
        (int)PromptFeature.Words => 0.2,
        (int)PromptFeature.LongLetters => 0.1,
        (int)PromptFeature.Accents => 0.4,
        (int)PromptFeature.Capitals => 0.15,
        (int)PromptFeature.Digits => 0.3,
        (int)PromptFeature.Symbols => 0.25,
        (int)PromptFeature.SymbolRuns => 0.35,
        (int)PromptFeature.LineBreaks => 0.4,
        // 0 where an indentation is one token, 1 where each of its spaces is.
        (int)PromptFeature.ExtraSpaces => 0.4,
        // From a character in a token's half to one token for each byte.
        (int)PromptFeature.Ideographs or (int)PromptFeature.Kana or (int)PromptFeature.WidePunctuation => 0.8,
        (int)PromptFeature.Hangul => 1,
        (int)PromptFeature.OtherLetters => 0.5,
        (int)PromptFeature.Pictographs => 1.5,
        (int)PromptFeature.Messages => 4,
        // Some templates explain to the model how tools are called.
        (int)PromptFeature.Tools => 20,
        (int)PromptFeature.TokenIds => 0.01,
        _ => PromptWeights.TokensPerImage,
    };

    private static double Most(int weight) => weight switch
    {
        Request => 20_000,
        (int)PromptFeature.Messages => 200,
        (int)PromptFeature.Tools => 2_000,
        (int)PromptFeature.TokenIds => 2,
        (int)PromptFeature.Images => 20_000,
        (int)PromptFeature.Words or (int)PromptFeature.SymbolRuns => MostPerWord,
        _ => MostPerCharacter,
    };
}
