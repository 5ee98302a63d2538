using System.Text.Json;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>
/// LM Studio. <c>/v1/models</c> says what may be asked for (with loading on demand switched off only what is in memory), <c>/api/v0/models</c> (lmstudio.ai/docs/developer/rest/endpoints) what that is;
/// where version 0 of that API is gone, version 1 says the same in other words.
/// </summary>
internal sealed class LmStudioClient : ListedServerClient
{
    public override ServerKind Kind => ServerKind.LmStudio;

    public override async Task<ServerLook> DescribeAsync(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(query, "/api/v0/models", cancellationToken);
        var (list, name) = (answer.Member("data"), "id");
        if (list is null)
            (list, name) = ((await AskAsync(query, "/api/v1/models", cancellationToken)).Member("models"), "key");

        var details = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var model in list.Elements())
        {
            if (model.Member(name).Text() is { } id)
                details[id] = model;
        }

        return new ServerLook([.. models.Select(model => details.TryGetValue(model.Id, out var known) ? Describe(Basics(model), known) : Basics(model))], null) { Kind = Kind };
    }

    private static ServerModel Describe(ServerModel basics, JsonElement details)
    {
        var instances = details.Member("loaded_instances");
        var instance = instances.Elements().FirstOrDefault();
        return basics with
        {
            Capabilities = Capabilities(basics.Capabilities, details),
            ContextLength = details.Member("loaded_context_length").Count() ?? instance.Member("config").Member("context_length").Count() ?? details.Member("max_context_length").Count(),
            Loaded = instances is { ValueKind: JsonValueKind.Array } list ? list.GetArrayLength() > 0 : details.Member("state").Text() is { } state ? state == "loaded" : null,
        };
    }

    // A ranking model is of type llm or embeddings: there is no type for it, only its name.
    private static ModelCapabilities? Capabilities(ModelCapabilities? named, JsonElement details)
    {
        if (named is ModelCapabilities.Rerank)
            return named;
        ModelCapabilities? type = details.Member("type").Text() switch
        {
            "llm" => ModelCapabilities.Chat,
            "vlm" => ModelCapabilities.Chat | ModelCapabilities.Vision,
            "embeddings" or "embedding" => ModelCapabilities.Embeddings,
            _ => null,
        };
        if (type is not { } can)
            return named;

        // A list of words in version 0, an object of flags in version 1.
        var told = details.Member("capabilities");
        if (told.Holds("tool_use") || told.Member("trained_for_tool_use").Flag() is true)
            can |= ModelCapabilities.Tools;
        return told.Member("vision").Flag() is true ? can | ModelCapabilities.Vision : can;
    }
}
