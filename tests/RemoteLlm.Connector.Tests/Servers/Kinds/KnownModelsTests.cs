using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Tests.Servers.Kinds;

public sealed class KnownModelsTests
{
    private const ModelCapabilities All = ModelCapabilities.Chat | ModelCapabilities.Tools | ModelCapabilities.Vision;

    [Theory]
    [InlineData("gpt-4o", 128_000, All)]
    [InlineData("gpt-4o-2024-08-06", 128_000, All)]
    [InlineData("openai/gpt-4.1-mini", 1_047_576, All)]
    [InlineData("gpt-4", 8_192, ModelCapabilities.Chat | ModelCapabilities.Tools)]
    [InlineData("gpt-4-turbo-2024-04-09", 128_000, All)]
    [InlineData("gpt-3.5-turbo", 16_385, ModelCapabilities.Chat | ModelCapabilities.Tools)]
    [InlineData("gpt-5-mini", 400_000, All)]
    [InlineData("gpt-5-chat-latest", 128_000, All)]
    [InlineData("gpt-5.2", 400_000, All)]
    [InlineData("gpt-5.9", 1_050_000, All)]
    [InlineData("o3-mini", 200_000, ModelCapabilities.Chat | ModelCapabilities.Tools)]
    [InlineData("ft:gpt-4o-mini-2024-07-18:acme::abc", 128_000, All)]
    [InlineData("text-embedding-3-large", 8_192, ModelCapabilities.Embeddings)]
    [InlineData("anthropic/claude-3-5-sonnet-latest", 200_000, All)]
    [InlineData("claude-opus-4-1-20250805", 200_000, All)]
    [InlineData("claude-opus-4-6", 1_000_000, All)]
    [InlineData("models/gemini-2.5-pro", 1_048_576, All)]
    [InlineData("gemini-1.5-pro", 2_097_152, All)]
    [InlineData("deepseek-chat", 1_048_576, ModelCapabilities.Chat | ModelCapabilities.Tools)]
    [InlineData("command-r-plus", 128_000, ModelCapabilities.Chat | ModelCapabilities.Tools)]
    [InlineData("Mistral-Large-latest", 262_144, All)]
    [InlineData("whisper-1", null, ModelCapabilities.None)]
    public void The_longest_name_that_fits_wins(string id, int? context, ModelCapabilities capabilities) =>
        Assert.Equal(new KnownModel(context, capabilities), KnownModels.Find(id));

    [Theory]
    [InlineData("gpt-4ever")]
    [InlineData("o11")]
    [InlineData("llama3.2")]
    [InlineData("mistral-7b-instruct")]
    [InlineData("gpt-4o/")]
    [InlineData("")]
    public void What_only_begins_alike_is_not_known(string id) => Assert.Null(KnownModels.Find(id));

    [Theory]
    [InlineData("nomic-embed-text", ModelCapabilities.Embeddings)]
    [InlineData("BAAI/bge-m3", ModelCapabilities.Embeddings)]
    [InlineData("intfloat/multilingual-e5-large", ModelCapabilities.Embeddings)]
    [InlineData("thenlper/gte-base", ModelCapabilities.Embeddings)]
    [InlineData("bge-reranker-v2-m3", ModelCapabilities.Rerank)]
    [InlineData("Qwen3-Reranker-0.6B", ModelCapabilities.Rerank)]
    [InlineData("llama3.2", null)]
    [InlineData("delegate5", null)]
    [InlineData("phi-3e5-x", null)]
    public void Names_tell_embeddings_and_ranking(string id, ModelCapabilities? expected) => Assert.Equal(expected, ModelNames.Guess(id));
}
