using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>A server of which nothing is known but that it lists its models at <c>/v1/models</c>.</summary>
internal sealed class GenericClient : ListedServerClient
{
    public override ServerKind Kind => ServerKind.Generic;

    public override Task<ServerLook> DescribeAsync(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken) =>
        Task.FromResult(new ServerLook([.. models.Select(Basics)], null) { Kind = Kind });
}
