using System.Globalization;
using System.Text.Json;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>OpenRouter, whose list says all: context, modalities, parameters and prices (openrouter.ai/docs/models).</summary>
internal sealed class OpenRouterClient : ListedServerClient
{
    public override ServerKind Kind => ServerKind.OpenRouter;

    public override Task<ServerLook> DescribeAsync(ServerQuery query, IReadOnlyList<ListedModel> models, CancellationToken cancellationToken) =>
        Task.FromResult(new ServerLook([.. models.Select(Describe)], null) { Kind = Kind });

    private static ServerModel Describe(ListedModel model) => Basics(model) with
    {
        Capabilities = Capabilities(model) ?? ModelNames.Guess(model.Id),

        // The longest that any of its providers offers; the first in line may offer less, but what it cannot take goes to another.
        ContextLength = Longest(model["context_length"].Count(), model["top_provider"].Member("context_length").Count()),
        Price = Price(model["pricing"]),
    };

    private static int? Longest(int? one, int? other) => one is null || other > one ? other : one;

    private static ModelCapabilities? Capabilities(ListedModel model)
    {
        var architecture = model["architecture"];
        if (architecture is null)
            return null;
        var outputs = architecture.Member("output_modalities");
        if (outputs.Holds("embeddings"))
            return ModelCapabilities.Embeddings;
        if (outputs.Elements().Any() && !outputs.Holds("text"))
            return ModelCapabilities.None;
        var can = ModelCapabilities.Chat;
        if (architecture.Member("input_modalities").Holds("image"))
            can |= ModelCapabilities.Vision;
        return model["supported_parameters"].Holds("tools") ? can | ModelCapabilities.Tools : can;
    }

    // A price of -1 depends on the model that its router will choose.
    private static ModelPrice? Price(JsonElement? pricing) =>
        PerMillion(pricing.Member("prompt")) is { } prompt && PerMillion(pricing.Member("completion")) is { } completion
            ? new ModelPrice(prompt, PerMillion(pricing.Member("input_cache_read")), completion)
            : null;

    // Dollars per token, as a text; nobody asks for more than one.
    private static decimal? PerMillion(JsonElement? perToken)
    {
        var text = perToken is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : perToken.Text();
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var dollars) && dollars is >= 0 and <= 1 ? dollars * 1_000_000 : null;
    }
}
