using System.Text.Json;

namespace RemoteLlm.Connector.Servers.Kinds.Counting;

/// <summary>Counts what is to be embedded with <c>/tokenize</c> of text-embeddings-inference: an array of tokens for each input.</summary>
internal static class HubTokenizer
{
    /// <summary>Counts a request's inputs; null when that cannot be done.</summary>
    public static async Task<long?> CountAsync(ServerQuery query, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (PromptBody.Read(body) is not PromptBody.Plain { Parts.Count: <= TokenizerRequest.MaxTexts } plain)
            return null;
        var request = TokenizerRequest.Write(writer =>
        {
            writer.WriteStartArray("inputs");
            foreach (var text in plain.Parts)
                writer.WriteStringValue(text);
            writer.WriteEndArray();
        });
        var answer = await query.PostJson("/tokenize", request, cancellationToken);
        if (answer is not { ValueKind: JsonValueKind.Array } inputs || inputs.GetArrayLength() != plain.Parts.Count)
            return null;
        return inputs.EnumerateArray().All(tokens => tokens.ValueKind == JsonValueKind.Array) ? inputs.EnumerateArray().Sum(tokens => (long)tokens.GetArrayLength()) : null;
    }
}
