namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>What each <see cref="PromptFeature"/> costs, in tokens.</summary>
public static class PromptWeights
{
    /// <summary>
    /// One image. Servers differ, and its size is not known without decoding it. Anthropic ("Vision") takes width × height / 750, 1,600 for the largest that
    /// it does not shrink (1.15 megapixels); OpenAI ("Images and vision", high detail) 765 for 1024 × 1024 and 1,105 for 2048 × 4096. In between.
    /// </summary>
    public const double TokensPerImage = 1_100;

    /// <summary>A message's role and separators. Source: OpenAI's cookbook, "How to count tokens with tiktoken": 3, and 1 for the role.</summary>
    public const double TokensPerMessage = 4;

    /// <summary>
    /// For a model of which nothing is known. The classes of characters: least squares over the 200 prompts of <c>token-counts.jsonl</c> (among the tests'
    /// recordings), each against the mean of six tokenizers, by relative error; with a ridge of 0.3 towards <see cref="Prior"/>, because the prompts
    /// alone hardly tell symbols from runs of them, and hold no script but Latin, Han, kana and hangul.
    /// </summary>
    public static IReadOnlyList<double> Mean => MeanWeights;

    /// <summary>What the fit starts from, class by class.</summary>
    internal static ReadOnlySpan<double> Prior => [1, 0.2, 0.5, 0.1, 0.7, 0.4, 0.6, 1, 0.1, 1.2, 1.5, 1.5, 1, 0.5, 2];

    private static readonly double[] MeanWeights =
    [
        1.079, // Words
        0.186, // LongLetters
        0.539, // Accents
        0.168, // Capitals
        0.835, // Digits
        0.324, // Symbols
        0.622, // SymbolRuns
        1.039, // LineBreaks
        0.200, // ExtraSpaces
        1.260, // Ideographs
        1.407, // Kana
        2.133, // Hangul
        1.017, // WidePunctuation
        0.500, // OtherLetters
        2.014, // Pictographs
        TokensPerMessage,
        TokensPerMessage, // Tools: another separator and a name, as a message has
        1, // TokenIds
        TokensPerImage,
    ];

    /// <summary>The tokens of a prompt.</summary>
    /// <param name="features">What was counted.</param>
    /// <param name="weights">One for each feature, in the order of <see cref="PromptFeature"/>.</param>
    public static double Tokens(PromptFeatures features, IReadOnlyList<double> weights)
    {
        if (weights.Count != PromptFeatures.Count)
            throw new ArgumentException($"{PromptFeatures.Count} weights are needed.", nameof(weights));
        var tokens = 0.0;
        for (var i = 0; i < PromptFeatures.Count; i++)
            tokens += features[(PromptFeature)i] * weights[i];
        return tokens;
    }
}
