using System.Text.Json;

namespace RemoteLlm.Connector.Servers.Kinds.Counting;

/// <summary>What of a request's body its server's tokenizer can count. Images and sounds it cannot: a body with one of them is none of these.</summary>
internal abstract record PromptBody
{
    /// <summary>Bodies longer than this are not counted: the answer, a number for each token, would not be read to its end either.</summary>
    public const int MaxBytes = 8 << 20;

    private PromptBody()
    {
    }

    /// <summary>A conversation, in OpenAI's form.</summary>
    /// <param name="Messages">The array of messages, as JSON.</param>
    /// <param name="Tools">The array of tools, as JSON; null for none.</param>
    /// <param name="TemplateArguments">The object <c>chat_template_kwargs</c>, as JSON; null for none.</param>
    /// <param name="Texts">The text of each message.</param>
    public sealed record Conversation(string Messages, string? Tools, string? TemplateArguments, IReadOnlyList<string> Texts) : PromptBody;

    /// <summary>Prompts or inputs that no template is put around.</summary>
    /// <param name="Parts">Each by itself.</param>
    public sealed record Plain(IReadOnlyList<string> Parts) : PromptBody;

    /// <summary>Prompts that are tokens already.</summary>
    /// <param name="Count">How many.</param>
    public sealed record Tokens(long Count) : PromptBody;

    /// <summary>Reads a body of chat, completions, embeddings, Anthropic's messages or OpenAI's responses; null when it cannot be counted.</summary>
    public static PromptBody? Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBytes)
            return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = (JsonElement?)document.RootElement;
            if (root.Member("messages") is { ValueKind: JsonValueKind.Array } messages)
                return ConversationReader.Read(document.RootElement, messages, "system");
            if (root.Member("prompt") is { } prompt)
                return ReadPlain(prompt);
            if (root.Member("input") is not { } input)
                return null;
            return input.ValueKind == JsonValueKind.Array && input.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Object)
                ? ConversationReader.Read(document.RootElement, input, "instructions")
                : ReadPlain(input);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A text, texts, tokens, or several prompts of tokens: https://platform.openai.com/docs/api-reference/completions/create#completions-create-prompt.
    private static PromptBody? ReadPlain(JsonElement prompt)
    {
        if (prompt.ValueKind != JsonValueKind.Array)
            return ((JsonElement?)prompt).LongText() is { } text ? new Plain([text]) : null;
        List<JsonElement> parts = [.. prompt.EnumerateArray()];
        if (parts.TrueForAll(part => part.ValueKind == JsonValueKind.Number))
            return new Tokens(parts.Count);
        if (parts.TrueForAll(part => part.ValueKind == JsonValueKind.Array && part.EnumerateArray().All(token => token.ValueKind == JsonValueKind.Number)))
            return new Tokens(parts.Sum(part => (long)part.GetArrayLength()));
        List<string> texts = [.. parts.Select(part => ((JsonElement?)part).LongText()).OfType<string>()];
        return texts.Count == parts.Count ? new Plain(texts) : null;
    }
}
