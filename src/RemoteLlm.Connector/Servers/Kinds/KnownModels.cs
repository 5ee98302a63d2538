using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>
/// Context lengths and capabilities of models in the clouds, whose lists hold names only. From the model pages of the vendors (platform.openai.com/docs/models, platform.claude.com/docs/en/models,
/// ai.google.dev/gemini-api/docs/models, docs.mistral.ai, api-docs.deepseek.com, docs.cohere.com, docs.x.ai), as of 2026. A length that is too small refuses what would have worked, one that is too
/// large only lets the vendor refuse: what is not listed by itself gets the longest of its family.
/// </summary>
internal static class KnownModels
{
    private const ModelCapabilities None = ModelCapabilities.None;
    private const ModelCapabilities Chat = ModelCapabilities.Chat;
    private const ModelCapabilities Tools = Chat | ModelCapabilities.Tools;
    private const ModelCapabilities All = Tools | ModelCapabilities.Vision;
    private const ModelCapabilities Vectors = ModelCapabilities.Embeddings;

    // Longest first, so that the first that fits is the longest that fits.
    private static readonly (string Prefix, KnownModel Model)[] s_models = [.. new (string, KnownModel)[]
    {
        // OpenAI. The models behind ChatGPT's own names are smaller than those that they are named after.
        ("gpt-3.5-turbo", new(16_385, Tools)), ("gpt-3.5-turbo-instruct", new(4_096, Chat)), ("davinci-002", new(16_384, Chat)), ("babbage-002", new(16_384, Chat)),
        ("gpt-4", new(8_192, Tools)), ("gpt-4-32k", new(32_768, Tools)), ("gpt-4-turbo", new(128_000, All)), ("gpt-4-1106", new(128_000, Tools)), ("gpt-4-0125", new(128_000, Tools)),
        ("gpt-4-vision", new(128_000, Chat | ModelCapabilities.Vision)), ("gpt-4.5", new(128_000, All)), ("gpt-4.1", new(1_047_576, All)),
        ("gpt-4o", new(128_000, All)), ("chatgpt-4o", new(128_000, Chat | ModelCapabilities.Vision)), ("gpt-4o-transcribe", new(16_000, None)), ("gpt-4o-mini-transcribe", new(16_000, None)),
        ("gpt-4o-mini-tts", new(2_000, None)), ("gpt-4o-audio", new(128_000, Tools)), ("gpt-4o-realtime", new(128_000, None)), ("gpt-4o-search", new(128_000, Chat)),
        ("gpt-5", new(400_000, All)), ("gpt-5-chat", new(128_000, All)), ("gpt-5.1", new(400_000, All)), ("gpt-5.1-chat", new(128_000, All)), ("gpt-5.2", new(400_000, All)),
        ("gpt-5.2-chat", new(128_000, All)), ("gpt-5.3", new(400_000, All)), ("gpt-5.3-chat", new(128_000, All)), ("gpt-5.", new(1_050_000, All)),
        ("o1", new(200_000, All)), ("o1-mini", new(128_000, Chat)), ("o1-preview", new(128_000, Chat)), ("o3", new(200_000, All)), ("o3-mini", new(200_000, Tools)), ("o4-mini", new(200_000, All)),
        ("codex-mini", new(200_000, All)), ("computer-use-preview", new(8_192, All)), ("gpt-oss", new(131_072, Tools)),
        ("text-embedding-3", new(8_192, Vectors)), ("text-embedding-ada-002", new(8_192, Vectors)),
        ("whisper", new(null, None)), ("tts", new(null, None)), ("dall-e", new(null, None)), ("gpt-image", new(null, None)), ("sora", new(null, None)), ("omni-moderation", new(null, None)),
        ("text-moderation", new(null, None)), ("gpt-realtime", new(null, None)), ("gpt-audio", new(128_000, Tools)),

        // Anthropic. Sonnet 4 and 4.5 reach a million with a header of the client's.
        ("claude", new(1_000_000, All)), ("claude-2", new(200_000, Chat)), ("claude-3", new(200_000, All)), ("claude-haiku-4", new(200_000, All)), ("claude-opus-4", new(200_000, All)),
        ("claude-opus-4-6", new(1_000_000, All)), ("claude-opus-4-7", new(1_000_000, All)), ("claude-opus-4-8", new(1_000_000, All)),

        // Google. The length is that of the prompt.
        ("gemini", new(2_097_152, All)), ("gemini-1.5-pro", new(2_097_152, All)), ("gemini-1.5-flash", new(1_048_576, All)), ("gemini-2.0-flash", new(1_048_576, All)),
        ("gemini-2.5", new(1_048_576, All)), ("gemini-3", new(1_048_576, All)), ("gemini-3.5", new(2_097_152, All)), ("gemini-embedding", new(8_192, Vectors)),

        // Mistral.
        ("mistral-large", new(262_144, All)), ("mistral-medium", new(262_144, All)), ("mistral-small", new(262_144, All)), ("ministral", new(262_144, All)), ("magistral", new(131_072, All)),
        ("devstral", new(262_144, Tools)), ("codestral", new(256_000, Tools)), ("pixtral", new(131_072, All)), ("open-mistral-nemo", new(131_072, Tools)), ("mistral-embed", new(8_192, Vectors)),
        ("codestral-embed", new(8_192, Vectors)),

        // DeepSeek: a million since V4.
        ("deepseek-chat", new(1_048_576, Tools)), ("deepseek-reasoner", new(1_048_576, Tools)), ("deepseek-v4", new(1_048_576, Tools)), ("deepseek-v3", new(131_072, Tools)), ("deepseek-r1", new(131_072, Tools)),

        // Cohere.
        ("command-r", new(128_000, Tools)), ("command-a", new(256_000, Tools)), ("command-a-vision", new(128_000, Chat | ModelCapabilities.Vision)), ("embed-v4.0", new(128_000, Vectors)),
        ("rerank-v3.5", new(4_096, ModelCapabilities.Rerank)), ("rerank-v4.0", new(32_768, ModelCapabilities.Rerank)),

        // xAI.
        ("grok", new(2_000_000, All)), ("grok-3", new(131_072, Tools)), ("grok-3-mini", new(131_072, Tools)), ("grok-4", new(256_000, All)), ("grok-4-fast", new(2_000_000, All)),
        ("grok-code-fast", new(256_000, Tools)),
    }.OrderByDescending(known => known.Item1.Length)];

    /// <summary>What is known of a model by that name; null for nothing. Whose it is may stand before it, as in <c>openai/gpt-4o</c> or <c>models/gemini-2.5-pro</c>, and <c>ft:</c> before a tuned one.</summary>
    public static KnownModel? Find(string id)
    {
        var name = id.AsSpan()[(id.LastIndexOf('/') + 1)..];
        if (name.StartsWith("ft:", StringComparison.Ordinal))
            name = name[3..];
        foreach (var (prefix, model) in s_models)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && EndsWord(name, prefix))
                return model;
        }

        return null;
    }

    // "o1-mini" is an o1, "o11" and "gpt-5.7" are no "o1" and "gpt-5".
    private static bool EndsWord(ReadOnlySpan<char> name, string prefix) => name.Length == prefix.Length || prefix[^1] == '.' || name[prefix.Length] is '-' or ':' or '@' or '_';
}

/// <summary>What a vendor says of a model.</summary>
/// <param name="ContextLength">Most tokens of one request; null where that says nothing.</param>
/// <param name="Capabilities">What it can do.</param>
internal sealed record KnownModel(int? ContextLength, ModelCapabilities Capabilities);
