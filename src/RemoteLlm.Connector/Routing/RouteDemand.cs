using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;

namespace RemoteLlm.Connector.Routing;

/// <summary>What one request will take at each of its servers: prompts have other lengths with other tokenizers, and servers other prices.</summary>
/// <param name="promptTokens">Estimates the prompt for a server and a model there.</param>
/// <param name="maxAnswer">The client's limit on the answer, tokens; null for none, 0 where there is no answer to pay, as with embeddings.</param>
/// <param name="typicalAnswer">What answers of the model usually have, tokens.</param>
internal sealed class RouteDemand(Func<ServerRoute, long> promptTokens, long? maxAnswer, long typicalAnswer = Pricing.UsualAnswer)
{
    // More than any model answers; with it no sum overflows.
    private const long MostAnswer = 1_000_000_000_000;

    private readonly Dictionary<ServerRoute, long> _prompts = [];

    /// <summary>Nothing, or nothing that can be told before: forms, rankings.</summary>
    public static RouteDemand None { get; } = new(static _ => 0, 0);

    /// <summary>The prompt's tokens there.</summary>
    public long PromptTokens(ServerRoute route)
    {
        if (_prompts.TryGetValue(route, out var known))
            return known;
        var tokens = promptTokens(route);
        if (this != None)
            _prompts[route] = tokens;
        return tokens;
    }

    /// <summary>The server has counted.</summary>
    public void Counted(ServerRoute route, long tokens) => _prompts[route] = tokens;

    /// <summary>
    /// Answer tokens to expect, for the fair queue: what requests usually have, unless the client allows fewer. A client's limit says what it would bear; agents send 32,000 with every call of a tool.
    /// </summary>
    public long ExpectedAnswer => Math.Min(maxAnswer ?? typicalAnswer, typicalAnswer);

    /// <summary>What the request will take of the server's time, and of its limits.</summary>
    public ServerWork WorkAt(ServerRoute route)
    {
        var prompt = PromptTokens(route);
        return new ServerWork(prompt, ExpectedAnswer, prompt + Math.Min(maxAnswer ?? typicalAnswer, MostAnswer));
    }

    /// <summary>What the request will need there.</summary>
    public ServerNeed At(ServerRoute route)
    {
        var prompt = PromptTokens(route);
        var price = route.Model is { } model ? Pricing.PriceOf(route.Server.Entry, model, route.Server.State.FindTagged(model)) : null;
        return new ServerNeed(prompt + Math.Min(maxAnswer ?? typicalAnswer, MostAnswer), price, Pricing.Estimate(price, prompt, maxAnswer ?? typicalAnswer));
    }
}
