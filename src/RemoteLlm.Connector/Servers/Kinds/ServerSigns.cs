using System.Text.Json;
using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>Tells the kinds of servers apart by what they let slip.</summary>
internal static class ServerSigns
{
    /// <summary>
    /// The kind of the server that answered so. Its list usually tells; only where it does not, and may come from one of the kinds, is a question of its own asked.
    /// </summary>
    public static async Task<ServerKind> KindOf(ServerQuery query, ModelListing listing, CancellationToken cancellationToken)
    {
        if (ByHost(query.Address.Endpoint("/").IdnHost) is { } cloud)
            return cloud;
        if (listing.Software.StartsWith("llama.cpp", StringComparison.OrdinalIgnoreCase))
            return ServerKind.LlamaCpp;
        if (listing.Models is not { } models)
            return ServerKind.Generic;
        foreach (var model in models)
        {
            if (ByEntry(model) is { } kind)
                return kind;
        }

        return await ByQuestion(query, models, cancellationToken) ?? ServerKind.Generic;
    }

    // Many proxies say that "openai" owns their models; a kind whose requests cost money is believed by its name only.
    private static ServerKind? ByHost(string host)
    {
        if (Is(host, "openai.com"))
            return ServerKind.OpenAi;
        return Is(host, "openrouter.ai") ? ServerKind.OpenRouter : null;
    }

    private static bool Is(string host, string domain) =>
        host.Equals(domain, StringComparison.OrdinalIgnoreCase) || (host.EndsWith(domain, StringComparison.OrdinalIgnoreCase) && host[^(domain.Length + 1)] == '.');

    private static ServerKind? ByEntry(ListedModel model) => model["owned_by"].Text() switch
    {
        "library" => ServerKind.Ollama,
        "llamacpp" => ServerKind.LlamaCpp,
        "vllm" => ServerKind.Vllm,
        "organization_owner" => ServerKind.LmStudio,
        _ => model["top_provider"] is { ValueKind: JsonValueKind.Object } && model["pricing"] is { ValueKind: JsonValueKind.Object } ? ServerKind.OpenRouter : null,
    };

    // Ollama calls a user's own models by their owner, so that only the form of their names is left: a tag at the end of each. Without any model, any kind may be behind it.
    private static async Task<ServerKind?> ByQuestion(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ListedServerClient.Patience);
        try
        {
            if (models.All(model => model.Id.Contains(':')) && (await query.GetJson("/api/version", patience.Token)).Member("version").Text() is not null)
                return ServerKind.Ollama;
            return models.Count == 0 && (await query.GetJson("/api/v0/models", patience.Token)).Member("data") is not null ? ServerKind.LmStudio : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
