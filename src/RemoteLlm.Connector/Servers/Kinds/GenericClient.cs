using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>A server of which nothing is known but that it lists its models at <c>/v1/models</c>; what looks like Ollama is asked as Ollama.</summary>
internal sealed class GenericClient : IServerClient
{
    public ServerKind Kind => ServerKind.Generic;

    public async Task<ServerLook> LookAsync(ServerQuery query, CancellationToken cancellationToken)
    {
        var listing = await ModelListing.Fetch(query, cancellationToken);
        if (listing.Models is not { } ids)
            return new ServerLook(null, listing.Error);
        var details = listing.LooksLikeOllama ? await OllamaDetails.Fetch(query, cancellationToken) : OllamaDetails.None;
        return new ServerLook([.. ids.Select(id => new ServerModel(id) { Ollama = details.Models.GetValueOrDefault(id) })], null)
        {
            Kind = listing.LooksLikeOllama ? ServerKind.Ollama : ServerKind.Generic,
            Version = details.Version,
        };
    }

    public Task<long?> CountTokensAsync(ServerQuery query, string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => Task.FromResult<long?>(null);
}
