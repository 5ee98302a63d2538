using RemoteLlm.Connector.Servers.Kinds.Counting;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>
/// A server of which nothing is known but OpenAI's API. What its list says under one of the names in use is taken; else <c>/info</c> of Hugging Face's servers may tell, and in a cloud the model's name.
/// </summary>
internal sealed class GenericClient : ListedServerClient
{
    // vLLM's kin (SGLang, TabbyAPI), most clouds, Groq, Mistral, gateways.
    private static readonly string[] s_contexts = ["max_model_len", "context_length", "context_window", "max_context_length", "max_input_tokens"];

    public override ServerKind Kind => ServerKind.Generic;

    public override async Task<ServerLook> DescribeAsync(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken)
    {
        List<ServerModel> described = [.. models.Select(model => Describe(model, query.Address.IsLocal))];
        var look = new ServerLook(described, null) { Kind = Kind };

        // TGI calls its one model's owner as the model.
        return described is [var only] && only.OwnedBy == only.Id && HubInfo.Read(await AskAsync(query, HubInfo.Path, cancellationToken)) is { } info ? info.Describe(only, Kind) : look;
    }

    public override async Task<ServerLook> ExplainAsync(ServerQuery query, ModelListing failed, CancellationToken cancellationToken) =>
        failed.Status is 404 or 405 && HubInfo.Read(await AskAsync(query, HubInfo.Path, cancellationToken)) is { } info
            ? info.Describe(new ServerModel(info.Model) { Capabilities = ModelNames.Guess(info.Model) }, Kind)
            : await base.ExplainAsync(query, failed, cancellationToken);

    private static ServerModel Describe(ListedModel model, bool isLocal)
    {
        var basics = Basics(model);
        var told = s_contexts.Select(name => model[name].Count()).FirstOrDefault(length => length is not null);

        // A server at home may call any model gpt-4o.
        var known = isLocal ? null : KnownModels.Find(model.Id);
        return basics with { ContextLength = told ?? known?.ContextLength, Capabilities = basics.Capabilities ?? Told(model) ?? known?.Capabilities };
    }

    // Mistral's words.
    private static ModelCapabilities? Told(ListedModel model)
    {
        if (model["capabilities"].Member("completion_chat").Flag() is not true)
            return null;
        var can = ModelCapabilities.Chat;
        if (model["capabilities"].Member("function_calling").Flag() is true)
            can |= ModelCapabilities.Tools;
        return model["capabilities"].Member("vision").Flag() is true ? can | ModelCapabilities.Vision : can;
    }

    public override Task<long?> CountTokensAsync(ServerQuery query, string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        HasSaid(HubInfo.Path) ? HubTokenizer.CountAsync(query, body, cancellationToken) : Task.FromResult<long?>(null);
}
