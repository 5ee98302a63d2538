namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>What one answer took, in tokens.</summary>
/// <param name="PromptTokens">Of the prompt, cached ones included.</param>
/// <param name="CompletionTokens">Of the answer; 0 for embeddings and reranking.</param>
/// <param name="CachedTokens">The part of the prompt that the server still had in its cache; 0 when it does not say.</param>
public readonly record struct TokenUsage(long PromptTokens, long CompletionTokens, long CachedTokens);
