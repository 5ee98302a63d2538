using System.Text.Json;
using RemoteLlm.Connector.Servers.Kinds.Counting;
using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>llama.cpp's <c>llama-server</c> (<c>tools/server/README.md</c> of ggml-org/llama.cpp), with one model or, since December 2025, as a router in front of several.</summary>
internal sealed class LlamaCppClient : ListedServerClient
{
    private const string PropsPath = "/props";

    // Of the models of a router only those in memory are asked, each by its own instance; more than this do not fit into one machine.
    private const int MostAsked = 8;

    public override ServerKind Kind => ServerKind.LlamaCpp;

    public override async Task<ServerLook> DescribeAsync(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken) =>
        models.Any(LlamaCppRouter.Lists)
            ? await DescribeRouter(query, models, cancellationToken)
            : await DescribeOne(query, models, cancellationToken);

    public override async Task<ServerLook> ExplainAsync(ServerQuery query, ModelListing failed, CancellationToken cancellationToken) =>
        failed.Status == 503 ? Loading(query) : await base.ExplainAsync(query, failed, cancellationToken);

    public override Task<long?> CountTokensAsync(ServerQuery query, string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        LlamaCppTokenizer.CountAsync(query, model, body, cancellationToken);

    private async Task<ServerLook> DescribeOne(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken)
    {
        var props = await AskAsync(query, PropsPath, cancellationToken);
        if (props is null && await IsLoading(query, cancellationToken))
            return Loading(query);
        var facts = LlamaCppProps.Read(props);
        if (facts.Slots is null || facts.ContextLength is null)
            facts = facts.Or(LlamaCppProps.ReadSlots(await AskAsync(query, "/slots", cancellationToken)));
        return new ServerLook([.. models.Select(model => Describe(model, facts))], null) { Kind = Kind, Version = facts.Version, Slots = facts.Slots };
    }

    private static ServerModel Describe(ListedModel model, LlamaCppProps facts)
    {
        var basics = Basics(model);
        return basics with
        {
            // Whoever is called an embeddings or ranking model has a chat template too: the server makes one up.
            Capabilities = basics.Capabilities ?? facts.CapabilitiesWith(model["architecture"].Member("input_modalities")),
            ContextLength = facts.ContextLength ?? model["meta"].Member("n_ctx").Count() ?? model["meta"].Member("n_ctx_train").Count(),
            Loaded = !facts.Sleeps,
        };
    }

    private async Task<ServerLook> DescribeRouter(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken)
    {
        var facts = await Task.WhenAll(models.Where(LlamaCppRouter.IsLoaded).Take(MostAsked).Select(async model =>
            (model.Id, Props: LlamaCppProps.Read(await AskAsync(query, $"{PropsPath}?model={Uri.EscapeDataString(model.Id)}&autoload=false", cancellationToken, keep: false)))));
        var asked = facts.ToDictionary(one => one.Id, one => one.Props, StringComparer.Ordinal);
        return new ServerLook([.. models.Select(model => LlamaCppRouter.Describe(Basics(model), model, asked.GetValueOrDefault(model.Id)))], null)
        {
            Kind = Kind,
            Version = asked.Values.Select(facts => facts.Version).FirstOrDefault(version => version is not null),

            // Each instance has slots of its own. The most of one keeps none of them idle; what is too much for another waits there.
            Slots = asked.Values.Max(facts => facts.Slots),
        };
    }

    // Without --props or with a key of its own /props may be closed while /health, which is always open, is well.
    private static async Task<bool> IsLoading(ServerQuery query, CancellationToken cancellationToken)
    {
        try
        {
            using var health = await query.Get("/health", cancellationToken);
            return (int)health.StatusCode == 503;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private ServerLook Loading(ServerQuery query) => new(null, $"{query.Address} is loading its model. It will be used when that is done.") { Kind = Kind };
}
