using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Servers.Costs;

/// <summary>What requests cost, in US dollars.</summary>
internal static class Pricing
{
    /// <summary>
    /// Answer tokens that are expected of a request which does not limit its answer, 1,000: a long answer of a chat, many times the call of a tool. Where the client gives a limit, all of it is expected.
    /// </summary>
    public const long UsualAnswer = 1_000;

    private const decimal Million = 1_000_000;

    // A price above is a slip of the pen, a count above no request's: with both no product overflows.
    private const decimal HighestPrice = 1_000_000_000;
    private const long MostTokens = 1_000_000_000_000;

    /// <summary>
    /// The price of a model: its operator's by the exact name, else by the first glob of the registry that matches, else the server's own; null when nobody gives one.
    /// </summary>
    /// <param name="entry">The server.</param>
    /// <param name="model">The model's name there.</param>
    /// <param name="described">What the server says of the model; null for nothing.</param>
    public static ModelPrice? PriceOf(ServerEntry entry, string model, ServerModel? described)
    {
        if (entry.Prices.TryGetValue(model, out var exact))
            return exact;
        foreach (var (glob, price) in entry.Prices)
        {
            if (ModelGlob.IsMatch(glob, model))
                return price;
        }

        return described?.Price;
    }

    /// <summary>What tokens cost at a price.</summary>
    public static decimal Cost(ModelPrice price, TokenUsage usage)
    {
        var prompt = Math.Clamp(usage.PromptTokens, 0, MostTokens);
        var cached = Math.Clamp(usage.CachedTokens, 0, prompt);
        return Part(prompt - cached, price.Prompt) + Part(cached, price.Cached ?? price.Prompt) + Part(usage.CompletionTokens, price.Completion);
    }

    /// <summary>What an answer cost: as the server says, else by the price; null when neither is known.</summary>
    public static decimal? CostOf(ModelPrice? price, TokenUsage usage) => usage.Cost ?? (price is null ? null : Cost(price, usage));

    /// <summary>What a request will cost at most, as far as can be told before it: nothing of its prompt is thought to be in the server's cache. Null without a price.</summary>
    /// <param name="price">The price.</param>
    /// <param name="promptTokens">The estimate of its prompt.</param>
    /// <param name="maxAnswerTokens">The client's limit on the answer; null for none, 0 where there is no answer to pay, as with embeddings.</param>
    public static decimal? Estimate(ModelPrice? price, long promptTokens, long? maxAnswerTokens) =>
        price is null ? null : Cost(price, new TokenUsage(promptTokens, maxAnswerTokens ?? UsualAnswer, 0));

    private static decimal Part(long tokens, decimal perMillion) => Math.Clamp(tokens, 0, MostTokens) * Math.Clamp(perMillion, 0, HighestPrice) / Million;
}
