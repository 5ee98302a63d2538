using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>One request's course at one server: asked through its circuit, answered, and what was learned of the server by it.</summary>
internal sealed class ServerCourse(ServerAttempts attempts, RerankRelay rerank, TokenEstimator estimator, TimeProvider time)
{
    /// <summary>Asks the server, unless its circuit does not let the request through.</summary>
    /// <returns>What came of it; null when it was not asked.</returns>
    public async Task<Attempt?> RunAsync(HttpContext context, HeldBody body, Exchange exchange, ServerLease lease, ActivityClock clock, AnswerStream? stream)
    {
        if (lease.LastResort)
            return await AskAsync(context, body, exchange, lease, clock, stream);
        Attempt? attempt = null;
        await lease.Server.Circuit.TryRunAsync(
            async () =>
            {
                attempt = await AskAsync(context, body, exchange, lease, clock, stream);
                return IsLeft(attempt, exchange, clock) ? null : attempt.Failure;
            },
            CancellationToken.None);
        return attempt;
    }

    /// <summary>Asks the server.</summary>
    public async Task<Attempt> AskAsync(HttpContext context, HeldBody body, Exchange exchange, ServerLease lease, ActivityClock clock, AnswerStream? stream)
    {
        (exchange.Target, exchange.ServedModel, exchange.Sent) = (lease.Server, lease.Route.Model, time.GetTimestamp());
        var attempt = await (exchange.Endpoint.Role == EndpointRole.Rerank
            ? rerank.AskAsync(context, body, exchange, lease.Route, clock)
            : attempts.AskAsync(context, body, exchange, lease.Route, clock, stream));
        // It was given up while it was at work: it has read the prompt by then, for all that is known, and bills it.
        if (attempt.Failure == ServerFailure.TimedOut || IsLeft(attempt, exchange, clock))
        {
            lease.Settle(new TokenUsage(exchange.PromptTokens ?? 0, 0, 0));
            // A server that does not answer costs its owner, and no caller.
            if (attempt.Failure == ServerFailure.None)
                exchange.Cost = lease.Cost;
        }

        if (attempt.Failure == ServerFailure.EndpointMissing && lease.Route.Model is { } model)
            lease.Server.Habits.ObserveLack(exchange.Endpoint.Path, model);
        else if (attempt.Failure == ServerFailure.RateLimited)
            lease.Server.Rate.Rest(attempt.RetryAfter);
        else if (attempt.Failure is ServerFailure.ModelMissing or ServerFailure.Auth or ServerFailure.Loading)
            lease.Server.Probe.RequestRefresh();
        return attempt;
    }

    /// <summary>Gives an answer to the client.</summary>
    /// <returns>Null when it is out, whole or cut; else what it came to before a byte of it had gone out, so that another server may still be asked.</returns>
    public async Task<Attempt?> FinishAsync(HttpContext context, Exchange exchange, ServerLease lease, Attempt attempt)
    {
        Show(context, exchange);
        exchange.Failure = ServerFailure.None;
        try
        {
            exchange.Error = await attempt.FinishAsync();
        }
        finally
        {
            lease.Settle(Used(exchange));
            exchange.Cost = exchange is { FirstByte: null, Outcome.Side: ForwardSide.UpstreamSilent } ? null : lease.Cost;
            Learn(exchange, lease);
        }

        if (exchange.FirstByte is { } first && exchange.Sent is { } sent)
        {
            lease.Server.Latency.Observe(time.GetElapsedTime(sent, first));
            if (exchange is { Streams: true, Outcome.IsDone: true, UsageEstimated: false })
                lease.Server.Load.PromptWeight.Learn(exchange.Usage, time.GetElapsedTime(sent, first), time.GetElapsedTime(first));
        }

        if (exchange.Outcome is not { IsDone: false, Side: ForwardSide.Upstream or ForwardSide.UpstreamSilent })
            return null;
        exchange.Failure = exchange switch
        {
            { FirstByte: not null } => ServerFailure.Streaming,
            { Outcome.Side: ForwardSide.UpstreamSilent } => ServerFailure.TimedOut,
            // It answered in another form than the stream that has begun.
            { Error.Code: "upstream_error" } when context.Response.HasStarted => ServerFailure.Unreadable,
            _ => ServerFailure.Unreachable,
        };
        lease.Server.Probe.RequestRefresh();
        await lease.Server.Circuit.ObserveAsync(exchange.Failure);
        return exchange.FirstByte is null && exchange.Error is { } error ? Attempt.Failed(exchange.Failure, error) : null;
    }

    /// <summary>Tells the client of a failure.</summary>
    public static async Task<ApiError?> TellAsync(HttpContext context, Exchange exchange, Attempt attempt)
    {
        Show(context, exchange);
        exchange.Failure = attempt.Failure;
        return await attempt.FinishAsync();
    }

    // The outcome of a request goes on being the last server's until this one has answered; a client leaves once.
    private static bool IsLeft(Attempt attempt, Exchange exchange, ActivityClock clock) =>
        attempt.Failure == ServerFailure.None && (exchange.Outcome is { IsDone: false, Side: ForwardSide.Client } || (clock.Withdrawn && exchange.Outcome is { Side: ForwardSide.None, Exception: not null }));

    // Whose client leaves, or whose server falls silent, when the head of an answer has come and not a byte of it has had its prompt read all the same.
    private static TokenUsage Used(Exchange exchange) =>
        exchange is { FirstByte: null, Outcome: { IsDone: false, Side: ForwardSide.Client or ForwardSide.UpstreamSilent }, PromptTokens: { } prompt } ? new TokenUsage(prompt, 0, 0) : exchange.Usage;

    // What the server counted of a whole answer. A prompt as long as the context may have been cut.
    private void Learn(Exchange exchange, ServerLease lease)
    {
        if (exchange is not { Outcome.IsDone: true, Prompt: { } prompt, UsageEstimated: false, Usage: { PromptTokens: > 0 } usage } || lease.Route.Model is not { } model)
            return;
        if (lease.Server.ContextLength(model) is not { } context || usage.PromptTokens + usage.CompletionTokens < context)
            estimator.Learn(lease.Server.Name, model, prompt, usage.PromptTokens);
    }

    private static void Show(HttpContext context, Exchange exchange)
    {
        if (context.Response.HasStarted)
            return;
        exchange.Queue?.Write(context.Response);
        context.Response.Headers[TunnelHeaders.Server] = exchange.Target?.Name;
        // A client's own text, where its server was never reached: a line break in it is no header.
        if (exchange.ServedModel is { } model && !model.Any(char.IsControl))
            context.Response.Headers[TunnelHeaders.Model] = model;
    }
}
