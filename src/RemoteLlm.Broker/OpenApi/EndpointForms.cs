using RemoteLlm.Broker.OpenApi.Schemas;
using RemoteLlm.Protocol.Dialects.Endpoints;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>What an endpoint takes and gives.</summary>
/// <param name="Request">What it takes; null for nothing.</param>
/// <param name="Answer">What it answers whole; null where that is no JSON.</param>
/// <param name="Piece">The data of an event or a line; null where it is like <paramref name="Answer"/> or differs from event to event.</param>
internal sealed record EndpointForm(ComponentSchema? Request, ComponentSchema? Answer, ComponentSchema? Piece = null);

/// <summary>The forms of all endpoints.</summary>
internal static class EndpointForms
{
    /// <summary>An endpoint of which nobody has written here what it takes.</summary>
    public static readonly EndpointForm Unknown = new(null, null);

    /// <summary>By the endpoint's own path.</summary>
    public static EndpointForm Of(string path) => path switch
    {
        "/v1/chat/completions" => new(ChatSchemas.ChatCompletionRequest, ChatSchemas.ChatCompletion, ChatSchemas.ChatCompletionChunk),
        "/v1/completions" => new(ChatSchemas.CompletionRequest, ChatSchemas.Completion, ChatSchemas.Completion),
        "/v1/responses" => new(ChatSchemas.ResponsesRequest, ChatSchemas.Response),
        "/v1/embeddings" => new(TaskSchemas.EmbeddingsRequest, TaskSchemas.EmbeddingList),
        "/v1/rerank" => new(TaskSchemas.RerankRequest, TaskSchemas.RerankResponse),
        "/v1/audio/transcriptions" => new(TaskSchemas.TranscriptionRequest, TaskSchemas.Transcription),
        "/v1/audio/speech" => new(TaskSchemas.SpeechRequest, null),
        "/v1/images/generations" => new(TaskSchemas.ImagesRequest, TaskSchemas.ImagesResponse),
        "/v1/moderations" => new(TaskSchemas.ModerationsRequest, TaskSchemas.ModerationsResponse),
        "/v1/messages" => new(AnthropicSchemas.MessagesRequest, AnthropicSchemas.Message),
        "/v1/messages/count_tokens" => new(AnthropicSchemas.CountTokensRequest, AnthropicSchemas.TokenCount),
        "/api/chat" => new(OllamaSchemas.ChatRequest, OllamaSchemas.ChatResponse, OllamaSchemas.ChatResponse),
        "/api/generate" => new(OllamaSchemas.GenerateRequest, OllamaSchemas.GenerateResponse, OllamaSchemas.GenerateResponse),
        "/api/embed" => new(OllamaSchemas.EmbedRequest, OllamaSchemas.EmbedResponse),
        "/api/embeddings" => new(OllamaSchemas.EmbeddingsRequest, OllamaSchemas.EmbeddingsResponse),
        "/api/show" => new(OllamaSchemas.ShowRequest, OllamaSchemas.ShowResponse),
        "/api/pull" or "/api/push" => new(OllamaSchemas.ModelRequest, OllamaSchemas.Progress, OllamaSchemas.Progress),
        "/api/create" => new(OllamaSchemas.CreateRequest, OllamaSchemas.Progress, OllamaSchemas.Progress),
        "/api/copy" => new(OllamaSchemas.CopyRequest, null),
        "/api/delete" => new(OllamaSchemas.ModelRequest, null),
        "/v1/models" => new(null, TaskSchemas.ModelList),
        "/v1/models/{id}" => new(null, TaskSchemas.ModelEntry),
        "/api/tags" or "/api/ps" => new(null, OllamaSchemas.ModelList),
        "/api/version" => new(null, OllamaSchemas.Version),
        _ => Unknown,
    };

    /// <summary>Types of whole answers that are no JSON.</summary>
    public static IEnumerable<Answer> OtherThanJson(ApiEndpoint endpoint) => endpoint.Path switch
    {
        "/v1/audio/speech" => [new("audio/*", null, "The sound, as it is made.")],
        "/v1/audio/transcriptions" => [new("text/plain", null, "For response_format text, srt and vtt.")],
        _ => [],
    };
}
