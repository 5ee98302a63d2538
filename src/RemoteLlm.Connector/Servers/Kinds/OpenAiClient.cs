using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>OpenAI, whose list holds names and dates only: the rest is looked up in <see cref="KnownModels"/>.</summary>
internal sealed class OpenAiClient : ListedServerClient
{
    public override ServerKind Kind => ServerKind.OpenAi;

    public override Task<ServerLook> DescribeAsync(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken) =>
        Task.FromResult(new ServerLook([.. models.Select(Describe)], null) { Kind = Kind });

    private static ServerModel Describe(ListedModel model)
    {
        var basics = Basics(model);
        return KnownModels.Find(model.Id) is { } known ? basics with { ContextLength = known.ContextLength, Capabilities = known.Capabilities } : basics;
    }
}
