using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>Finds out with each look what a server is, and speaks as its kind. One for each server.</summary>
internal sealed class DetectingClient : IServerClient
{
    private readonly Dictionary<ServerKind, ListedServerClient> _clients = Enum.GetValues<ServerKind>().ToDictionary(kind => kind, ServerClients.Of);
    private volatile ListedServerClient _found;

    public DetectingClient() => _found = _clients[ServerKind.Generic];

    /// <summary>What the last look took it for.</summary>
    public ServerKind Kind => _found.Kind;

    public async Task<ServerLook> LookAsync(ServerQuery query, CancellationToken cancellationToken)
    {
        var listing = await ModelListing.Fetch(query, cancellationToken);
        var client = _clients[await ServerSigns.KindOf(query, listing, cancellationToken)];
        _found = client;
        return listing.Models is { } models ? await client.DescribeAsync(query, models, cancellationToken) : await client.ExplainAsync(query, listing, cancellationToken);
    }

    public Task<long?> CountTokensAsync(ServerQuery query, string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _found.CountTokensAsync(query, model, body, cancellationToken);
}
