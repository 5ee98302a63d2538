using System.Runtime.CompilerServices;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// How often each <see cref="PromptFeature"/> occurs in a prompt. The counts say nothing of a tokenizer, so one set of them serves every model;
/// <see cref="PromptWeights"/> turns them into tokens.
/// </summary>
public struct PromptFeatures
{
    /// <summary>How many features there are.</summary>
    public const int Count = (int)PromptFeature.Images + 1;

    private Counts _counts;

    /// <summary>The count of one feature.</summary>
    public readonly long this[PromptFeature feature] => _counts[(int)feature];

    /// <summary>Counts one more.</summary>
    internal void Add(PromptFeature feature) => _counts[(int)feature]++;

    /// <summary>Counts so many more.</summary>
    internal void Add(PromptFeature feature, long times) => _counts[(int)feature] += times;

    [InlineArray(Count)]
    private struct Counts
    {
        private long _first;
    }
}
