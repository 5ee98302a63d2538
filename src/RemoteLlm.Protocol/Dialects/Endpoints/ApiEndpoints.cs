namespace RemoteLlm.Protocol.Dialects.Endpoints;

/// <summary>Every endpoint that crosses the tunnel. A path that is not here never reaches a connector, and a connector never takes it.</summary>
public static class ApiEndpoints
{
    /// <summary>All of them; each takes POST.</summary>
    public static IReadOnlyList<ApiEndpoint> All { get; } =
    [
        new("chat", Dialect.OpenAi, "/v1/chat/completions"),
        new("text_completion", Dialect.OpenAi, "/v1/completions"),
        new("embeddings", Dialect.OpenAi, "/v1/embeddings"),
    ];

    /// <summary>The endpoint of exactly this path, or null. No decoding, no normalisation: what does not match is not served.</summary>
    public static ApiEndpoint? Find(ReadOnlySpan<char> path)
    {
        foreach (var endpoint in All)
        {
            if (path.SequenceEqual(endpoint.Path))
                return endpoint;
        }

        return null;
    }
}
