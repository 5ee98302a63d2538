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
        var placement = choice.Place();
        // Counting takes no tokens and no money.
        placement.Charge?.Settle(default);
        if (Find(choice, placement) is not { } route)
            return placement.Refusal ?? ApiErrors.UpstreamError();
        var server = route.Server;
        server.Enter();
        try
        {
            (exchange.Target, exchange.ServedModel) = (server, route.Model);
            if (server.Habits.Lacks(exchange.Endpoint.Path, route.Model!))
                return await CountHereAsync(context, body, exchange, choice, route);
            using var attempt = await attempts.AskAsync(context, body, exchange, route, clock, stream: null);
            exchange.Failure = attempt.Failure;
            if (attempt.Failure != ServerFailure.EndpointMissing)
                return await attempt.FinishAsync();
            server.Habits.ObserveLack(exchange.Endpoint.Path, route.Model!);
            exchange.Failure = ServerFailure.None;
            return await CountHereAsync(context, body, exchange, choice, route);
        }
        finally
        {
            server.Leave();
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
