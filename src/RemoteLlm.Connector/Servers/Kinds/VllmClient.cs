using RemoteLlm.Connector.Servers.Kinds.Counting;
using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>vLLM: its list says how long the context is, <c>/version</c> what it is. What a model can do is not told.</summary>
internal sealed class VllmClient : ListedServerClient
{
    public override ServerKind Kind => ServerKind.Vllm;

    public override async Task<ServerLook> DescribeAsync(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken)
    {
        var about = await AskAsync(query, "/version", cancellationToken);

        // All that vLLM lists is in memory: base model and adapters.
        return new ServerLook([.. models.Select(model => Basics(model) with { ContextLength = model["max_model_len"].Count(), Loaded = true })], null)
        {
            Kind = Kind,
            Version = about.Member("version").Text(),
        };
    }

    public override Task<long?> CountTokensAsync(ServerQuery query, string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        VllmTokenizer.CountAsync(query, model, body, cancellationToken);
}
