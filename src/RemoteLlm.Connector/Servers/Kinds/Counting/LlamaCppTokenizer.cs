using System.Text;
using System.Text.Json;

namespace RemoteLlm.Connector.Servers.Kinds.Counting;

/// <summary>Counts with llama-server's <c>/apply-template</c> and <c>/tokenize</c>.</summary>
internal static class LlamaCppTokenizer
{
    // What a template writes around a message where the server cannot apply it itself (before February 2025): a role and two marks.
    private const int AroundMessage = 4;

    /// <summary>Counts a request's prompt; null when that cannot be done.</summary>
    public static async Task<long?> CountAsync(ServerQuery query, string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        switch (PromptBody.Read(body))
        {
            case PromptBody.Tokens tokens:
                return tokens.Count;
            case PromptBody.Plain plain:
                return await Tokenize(query, model, plain.Parts, cancellationToken);
            case PromptBody.Conversation conversation:
                return await Apply(query, model, conversation, cancellationToken) is { } prompt
                    ? await Tokenize(query, model, [prompt], cancellationToken)
                    : await Tokenize(query, model, [string.Concat(conversation.Texts) + conversation.Tools], cancellationToken) + (AroundMessage * conversation.Texts.Count);
            default:
                return null;
        }
    }

    private static async Task<string?> Apply(ServerQuery query, string model, PromptBody.Conversation conversation, CancellationToken cancellationToken)
    {
        var request = TokenizerRequest.Write(writer =>
        {
            writer.WriteString("model", model);
            TokenizerRequest.WriteConversation(writer, conversation);
        });
        return (await query.PostJson("/apply-template", request, cancellationToken)).Member("prompt").LongText();
    }

    private static async Task<long?> Tokenize(ServerQuery query, string model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        if (texts.Count > TokenizerRequest.MaxTexts)
            return null;
        long count = 0;
        foreach (var text in texts)
        {
            var request = TokenizerRequest.Write(writer =>
            {
                writer.WriteString("model", model);
                writer.WriteString("content", text);
                writer.WriteBoolean("add_special", true);
                writer.WriteBoolean("parse_special", true);
            });
            if ((await query.PostJson("/tokenize", request, cancellationToken)).Member("tokens") is not { ValueKind: JsonValueKind.Array } tokens)
                return null;
            count += tokens.GetArrayLength();
        }

        return count;
    }
}
