using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Protocol.Dialects.Endpoints;

/// <summary>Every endpoint that crosses the tunnel. A path that is not here never reaches a connector, and a connector never takes it.</summary>
public static class ApiEndpoints
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ApiEndpoint> All { get; } =
    [
        new("chat", Dialect.OpenAi, "/v1/chat/completions") { Stream = StreamFormat.ChatEvents, Summary = "The next message of a chat." },
        new("text_completion", Dialect.OpenAi, "/v1/completions") { Stream = StreamFormat.ChatEvents, Summary = "The continuation of a text." },
        new("responses", Dialect.OpenAi, "/v1/responses") { Stream = StreamFormat.ResponseEvents, Summary = "A response, as Codex and newer SDKs ask for it." },
        new("embeddings", Dialect.OpenAi, "/v1/embeddings") { Summary = "Vectors of texts." },
        new("rerank", Dialect.OpenAi, "/v1/rerank")
        {
            Aliases = ["/rerank", "/v2/rerank", "/v1/reranking"], Role = EndpointRole.Rerank, Summary = "Documents in the order of their relevance to a query.",
        },
        new("transcription", Dialect.OpenAi, "/v1/audio/transcriptions") { Request = RequestFormat.Multipart, Stream = StreamFormat.OtherEvents, Summary = "The text of a recording." },
        new("speech", Dialect.OpenAi, "/v1/audio/speech") { Stream = StreamFormat.OtherEvents, Summary = "A text read aloud." },
        new("image_generation", Dialect.OpenAi, "/v1/images/generations") { Stream = StreamFormat.OtherEvents, Summary = "Images made from a text." },
        new("moderation", Dialect.OpenAi, "/v1/moderations") { Summary = "Whether a text or an image is harmful." },

        new("chat", Dialect.Anthropic, "/v1/messages") { Stream = StreamFormat.MessageEvents, Summary = "The next message of a chat, in Anthropic's form." },
        new("count_tokens", Dialect.Anthropic, "/v1/messages/count_tokens") { Role = EndpointRole.CountTokens, Summary = "How many tokens a message would take." },

        new("chat", Dialect.Ollama, "/api/chat") { Stream = StreamFormat.ChatLines, StreamsByDefault = true, Summary = "The next message of a chat, in Ollama's form." },
        new("text_completion", Dialect.Ollama, "/api/generate") { Stream = StreamFormat.GenerateLines, StreamsByDefault = true, Summary = "The continuation of a text, in Ollama's form." },
        new("embeddings", Dialect.Ollama, "/api/embed") { Summary = "Vectors of texts, in Ollama's form." },
        new("embeddings", Dialect.Ollama, "/api/embeddings") { Summary = "The vector of one text, in Ollama's older form." },
        new("show", Dialect.Ollama, "/api/show") { ModelAlias = "name", Summary = "What a model is, in Ollama's form." },
        new("pull", Dialect.Ollama, "/api/pull") { ModelAlias = "name", Role = EndpointRole.Management, Stream = StreamFormat.ProgressLines, StreamsByDefault = true, Summary = "Installs a model at the LLM server." },
        new("push", Dialect.Ollama, "/api/push") { ModelAlias = "name", Role = EndpointRole.Management, Stream = StreamFormat.ProgressLines, StreamsByDefault = true, Summary = "Uploads a model from the LLM server." },
        new("create", Dialect.Ollama, "/api/create") { ModelAlias = "name", Role = EndpointRole.Management, Stream = StreamFormat.ProgressLines, StreamsByDefault = true, Summary = "Makes a model from another one." },
        new("copy", Dialect.Ollama, "/api/copy") { ModelAlias = "source", Role = EndpointRole.Management, Summary = "Copies a model." },
        new("delete", Dialect.Ollama, "/api/delete") { ModelAlias = "name", Role = EndpointRole.Management, Method = "DELETE", Summary = "Deletes a model." },
    ];

    /// <summary>The endpoint of exactly this path, or null. No decoding, no normalisation: what does not match is not served.</summary>
    public static ApiEndpoint? Find(ReadOnlySpan<char> path)
    {
        foreach (var endpoint in All)
        {
            if (path.SequenceEqual(endpoint.Path))
                return endpoint;
            foreach (var alias in endpoint.Aliases)
            {
                if (path.SequenceEqual(alias))
                    return endpoint;
            }
        }

        return null;
    }
}
