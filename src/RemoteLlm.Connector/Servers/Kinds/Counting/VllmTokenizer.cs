namespace RemoteLlm.Connector.Servers.Kinds.Counting;

/// <summary>Counts with vLLM's <c>/tokenize</c>, which takes conversations too (<c>vllm/entrypoints/serve/tokenize/protocol.py</c>).</summary>
internal static class VllmTokenizer
{
    /// <summary>Counts a request's prompt; null when that cannot be done.</summary>
    public static async Task<long?> CountAsync(ServerQuery query, string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        switch (PromptBody.Read(body))
        {
            case PromptBody.Tokens tokens:
                return tokens.Count;
            case PromptBody.Conversation conversation:
                return await Ask(query, TokenizerRequest.Write(writer =>
                {
                    writer.WriteString("model", model);
                    TokenizerRequest.WriteConversation(writer, conversation);
                    writer.WriteBoolean("add_generation_prompt", true);
                }), cancellationToken);
            case PromptBody.Plain { Parts.Count: <= TokenizerRequest.MaxTexts } plain:
                long? sum = 0;
                foreach (var text in plain.Parts)
                {
                    sum += await Ask(query, TokenizerRequest.Write(writer =>
                    {
                        writer.WriteString("model", model);
                        writer.WriteString("prompt", text);
                    }), cancellationToken);
                }

                return sum;
            default:
                return null;
        }
    }

    private static async Task<long?> Ask(ServerQuery query, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        (await query.PostJson("/tokenize", request, cancellationToken)).Member("count").Count();
}
