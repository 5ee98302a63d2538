namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>What one answer took, in tokens.</summary>
/// <param name="PromptTokens">Of the prompt, cached ones included.</param>
/// <param name="CompletionTokens">Of the answer; 0 for embeddings and reranking.</param>
/// <param name="CachedTokens">The part of the prompt that the server still had in its cache; 0 when it does not say.</param>
public readonly record struct TokenUsage(long PromptTokens, long CompletionTokens, long CachedTokens)
{
    /// <summary>The most that one answer is believed to have cost, 1,000 US dollars: a full context of the dearest model is a twentieth of it.</summary>
    public const decimal MostCost = 1_000;

    /// <summary>
    /// What it cost in US dollars, by the server's own account, 0 to <see cref="MostCost"/>; null when it does not say. Source: OpenRouter, "Usage Accounting": <c>usage.cost</c>.
    /// </summary>
    public decimal? Cost { get; init; }
}
