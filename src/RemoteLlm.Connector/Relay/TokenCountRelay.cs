using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary><c>count_tokens</c>: to count is no work for a GPU, so it takes no slot; where the server cannot do it, it is done here.</summary>
internal sealed class TokenCountRelay(ServerAttempts attempts, ContextCheck check, TimeProvider time)
{
    /// <summary>Answers.</summary>
    /// <returns>The error to answer with; null when the answer is out.</returns>
    public async Task<ApiError?> CountAsync(HttpContext context, HeldBody body, Exchange exchange, RouteChoice choice, ActivityClock clock)
    {
        exchange.Sent = time.GetTimestamp();
        var entered = new List<LlmServer>(capacity: 1);
        Attempt? attempt = null;
        try
        {
            while (true)
            {
                clock.Restart();
                var placement = choice.Place();
                // What is kept for an answer is not needed: there will be none.
                placement.Charge?.Settle(default);
                if (Find(choice, placement) is not { } route)
                    return attempt is null ? placement.Refusal ?? ApiErrors.UpstreamError() : await attempt.FinishAsync();
                var server = route.Server;
                if (!server.TryEnter())
                {
                    choice.Avoid(server);
                    continue;
                }

                entered.Add(server);
                attempt?.Dispose();
                (exchange.Target, exchange.ServedModel, exchange.Failure) = (server, route.Model, ServerFailure.None);
                if (server.Habits.Lacks(exchange.Endpoint.Path, route.Model!))
                    return await CountHereAsync(context, body, exchange, choice, route);
                attempt = await attempts.AskAsync(context, body, exchange, route, clock, stream: null);
                if (attempt.Failure == ServerFailure.EndpointMissing)
                {
                    server.Habits.ObserveLack(exchange.Endpoint.Path, route.Model!);
                    return await CountHereAsync(context, body, exchange, choice, route);
                }

                exchange.Failure = attempt.Failure;
                if (!ServerFailures.MayRetryElsewhere(attempt.Failure) || entered.Count > server.Entry.Retries)
                    return await attempt.FinishAsync();
                choice.Avoid(server);
            }
        }
        finally
        {
            attempt?.Dispose();
            entered.ForEach(static server => server.Leave());
        }
    }

    private async Task<ApiError?> CountHereAsync(HttpContext context, HeldBody body, Exchange exchange, RouteChoice choice, ServerRoute route)
    {
        var counted = await check.CountAsync(route, body, context.RequestAborted);
        exchange.Outcome = await TokenCount.AnswerAsync(context, counted ?? choice.Demand.PromptTokens(route), isEstimate: counted is null);
        return null;
    }

    // A server that is full can still count.
    private static ServerRoute? Find(RouteChoice choice, Placement placement) =>
        placement.Route ?? choice.Tiers.SelectMany(static tier => tier.Routes).Cast<ServerRoute?>().FirstOrDefault(route => choice.Awaited.Contains(route!.Value.Server));
}
