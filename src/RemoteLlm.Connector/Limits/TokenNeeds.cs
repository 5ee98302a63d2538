using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Connector.Limits;

/// <summary>Tells what a request will take before it is known which server it goes to: the most of those that have its model, or else the first of its fallbacks.</summary>
internal sealed class TokenNeeds(ServerRegistry registry, TokenEstimator estimator, AnswerLengths answers)
{
    // More than any model answers; with it no sum overflows.
    private const long MostAnswer = 1_000_000_000_000;

    /// <summary>What a request will take. Where nothing limits its user's tokens and budget it is not worked out, and to count tokens takes none.</summary>
    public TokenNeed Of(Exchange exchange, RosterEntry entry)
    {
        if (exchange.Endpoint.Role == EndpointRole.CountTokens || (entry.Limits.TokensPerMinute == 0 && entry.Budget.IsNone) || exchange.Prompt is not { } prompt || exchange.Model is not { } model)
            return default;
        var scan = exchange.Scan as RequestScanner;
        var limit = scan?.MaxAnswerTokens;
        var answer = exchange.Endpoint.Stream == StreamFormat.None ? 0 : Math.Min(limit ?? (answers.Expected(model) * (scan?.Choices ?? 1)), MostAnswer);
        var need = new TokenNeed(0, 0, answer, limit is not null, 0);
        // A name that no server has stands for its fallbacks.
        var tiers = RouteFinder.Find(registry.Current, model);
        foreach (var route in (tiers.FirstOrDefault(static tier => tier.Routes.Count > 0) ?? tiers[0]).Routes)
        {
            var tokens = estimator.Estimate(route.Server.Name, route.Model!, prompt);
            var price = Pricing.PriceOf(route.Server.Entry, route.Model!, route.Server.State.FindTagged(route.Model!));
            need = need with
            {
                Prompt = Math.Max(need.Prompt, tokens.Tokens),
                PromptMost = Math.Max(need.PromptMost, tokens.Most),
                Cost = Math.Max(need.Cost, Pricing.Estimate(price, tokens.Most, answer) ?? 0),
            };
        }

        return need;
    }
}
