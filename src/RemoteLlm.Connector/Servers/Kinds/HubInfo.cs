using System.Text.Json;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>
/// What Hugging Face's servers, text-embeddings-inference (TEI) and text-generation-inference (TGI), say of themselves at <c>/info</c>. TEI has no list of models.
/// </summary>
/// <param name="Model">The one model.</param>
/// <param name="Version">The server's version.</param>
/// <param name="ContextLength">Most tokens of one input.</param>
/// <param name="Slots">Requests at once; what is more, they refuse.</param>
/// <param name="Capabilities">What the model can do.</param>
internal sealed record HubInfo(string Model, string? Version, int? ContextLength, int? Slots, ModelCapabilities? Capabilities)
{
    /// <summary>Where it is said.</summary>
    public const string Path = "/info";

    /// <summary>Reads the answer; null when this is no such server.</summary>
    public static HubInfo? Read(JsonElement? info) => info.Member("model_id").Text() is { } model
        ? new HubInfo(model, info.Member("version").Text(), (info.Member("max_total_tokens") ?? info.Member("max_input_length")).Count(), info.Member("max_concurrent_requests").Count(), Of(info))
        : null;

    /// <summary>Adds this to what is known of the model.</summary>
    public ServerLook Describe(ServerModel model, ServerKind kind) =>
        new([model with { ContextLength = ContextLength, Capabilities = Capabilities ?? model.Capabilities, Loaded = true }], null) { Kind = kind, Version = Version, Slots = Slots };

    private static ModelCapabilities? Of(JsonElement? info)
    {
        var type = info.Member("model_type");
        if (type.Member("reranker") is not null)
            return ModelCapabilities.Rerank;
        if (type.Member("embedding") is not null)
            return ModelCapabilities.Embeddings;
        if (type.Member("classifier") is not null)
            return ModelCapabilities.None;
        return info.Member("model_pipeline_tag").Text() switch
        {
            "text-generation" => ModelCapabilities.Chat,
            "image-text-to-text" => ModelCapabilities.Chat | ModelCapabilities.Vision,
            _ => null,
        };
    }
}
