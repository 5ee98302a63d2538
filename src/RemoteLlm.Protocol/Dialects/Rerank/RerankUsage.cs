namespace RemoteLlm.Protocol.Dialects.Rerank;

/// <summary>What one reranking took, in tokens, as the client is told.</summary>
/// <param name="PromptTokens">Of all prompts, each a query and a document.</param>
/// <param name="TotalTokens">The same with nearly every server: nothing is generated.</param>
/// <param name="InputTokens">Cohere's word for the same.</param>
/// <param name="IsReported">Whether the server said so; else it is the caller's estimate.</param>
public readonly record struct RerankUsage(long PromptTokens, long TotalTokens, long InputTokens, bool IsReported)
{
    /// <summary>From what the server said of each; a count it did not give is taken from the others.</summary>
    internal static RerankUsage From(long? prompt, long? total, long? input, long estimate)
    {
        var known = prompt ?? input ?? total;
        var tokens = known ?? estimate;
        return new RerankUsage(tokens, total ?? tokens, input ?? tokens, known is not null);
    }
}
