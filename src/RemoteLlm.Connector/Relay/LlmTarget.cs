using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Relay;

/// <summary>The one LLM server of this connector: where it is, how it is reached, its own credential, and what was learned of it.</summary>
internal sealed class LlmTarget(ServerAddress address, LlmHttpClient client, ModelDiscovery models, string? apiKey)
{
    private readonly string? _authorization = apiKey is null ? null : $"Bearer {apiKey}";

    public ServerAddress Address { get; } = address;

    public LlmHttpClient Client { get; } = client;

    public ModelDiscovery Models { get; } = models;

    public ResponseHabits Habits { get; } = new();

    /// <summary>Adds the server's own credential, and nobody else's.</summary>
    public void Authorize(HttpRequestMessage request)
    {
        if (_authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", _authorization);
    }
}
