using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>
/// Brings a request to an LLM server when there is a slot for it, and its answer back. A server that fails before the first byte of an answer is left for another one. Streams get
/// heartbeats from here on.
/// </summary>
internal sealed class ServerForwarder(RunningCallers callers, RouteChoices choices, ServerQueue queue, ServerCourse course, TokenCountRelay counts, ContextCheck contexts, RelayEvents events, ConnectorOptions options, TimeProvider time)
{
    // Before the same server is asked again because there is no other: 0.1, 0.2, 0.4 s. One that is being restarted needs longer than that, one that dropped a connection does not.
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Forwards.</summary>
    /// <returns>The error to answer with, unless the answer has begun: then it has been told in it.</returns>
    public async Task<ApiError?> ForwardAsync(HttpContext context, HeldBody body, Exchange exchange)
    {
        exchange.Class = RequestClasses.Of(exchange.Caller?.Class ?? RequestClass.Interactive, context.Request.Headers[TunnelHeaders.Class]);
        using var clock = new ActivityClock(time, context.RequestAborted);
        using var stream = exchange.Streams && Waits(exchange.Endpoint) ? new AnswerStream(context, exchange, exchange.Endpoint.Stream, clock, options.TunnelWriteTimeout, time) : null;
        using var watched = callers.Watch(exchange.Caller!, clock);
        var error = await ServeOrEndAsync(context, body, exchange, clock, stream);
        // Only a heartbeat can have begun an answer that is an error.
        if (context.Response.HasStarted && exchange.Outcome is { Stage: ForwardStage.Send, Side: ForwardSide.Client })
            context.Abort();
        else if (error is not null && context.Response.HasStarted)
        {
            exchange.Withdrawn = clock.Withdrawn;
            AnswerRelay.Report(context, exchange);
            await CutAnswer.EndAsync(context, stream?.Tracker, error);
        }

        return error;
    }

    // A heartbeat promises a stream. Servers of speech, images and transcriptions may answer whole whatever was asked, so that theirs wait for the head of the answer.
    private static bool Waits(ApiEndpoint endpoint) => Heartbeat.Exists(endpoint.Stream) && endpoint.Stream != StreamFormat.OtherEvents;

    private async Task<ApiError?> ServeOrEndAsync(HttpContext context, HeldBody body, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        try
        {
            return await ServeAsync(context, body, exchange, clock, stream);
        }
        catch (OperationCanceledException exception) when (clock is { Withdrawn: true, ClientGone: false })
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.None, exception);
            return ApiErrors.KeyBlocked();
        }
    }

    private async Task<ApiError?> ServeAsync(HttpContext context, HeldBody body, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        if (exchange.Endpoint.Role == EndpointRole.Management)
            return await ManageAsync(context, body, exchange, clock, stream);
        var choice = await choices.ForAsync(context.Request, body, exchange);
        if (exchange.Endpoint.Role == EndpointRole.CountTokens)
            return await counts.CountAsync(context, body, exchange, choice, clock);
        await contexts.CheckAsync(choice, body, exchange, clock.Token);
        return await TryServersAsync(context, body, exchange, choice, clock, stream);
    }

    private async Task<ApiError?> TryServersAsync(HttpContext context, HeldBody body, Exchange exchange, RouteChoice choice, ActivityClock clock, AnswerStream? stream)
    {
        Attempt? failed = null;
        var turnedAway = false;
        try
        {
            for (var tries = 1; ; tries++)
            {
                // One server's silence is not the next one's.
                clock.Restart();
                var (lease, refusal) = await queue.TakeAsync(choice, choice.QueueClock, exchange, clock, stream);
                using var held = lease;
                if (lease is null && clock.ClientGone)
                    return null;
                if (lease is null && clock.Withdrawn)
                    return ApiErrors.KeyBlocked();
                if (lease is null && !clock.Expired && choice.IsOutdated)
                {
                    await choices.RescanAsync(choice, body, exchange, clock.Token);
                    continue;
                }

                if (lease is null && failed is { Failure: ServerFailure.Unreachable } && tries <= exchange.Target!.Entry.Retries)
                {
                    await PauseAsync(tries, clock);
                    choice.Forgive(exchange.Target);
                    continue;
                }

                if (lease is null)
                {
                    clock.Restart();
                    return failed is null ? refusal : await ServerCourse.TellAsync(context, exchange, failed);
                }

                if (failed is not null)
                    events.Retried(exchange);
                failed?.Dispose();
                exchange.PromptTokens = exchange.Prompt is null ? null : choice.Demand.PromptTokens(lease.Route);
                exchange.MayMove = tries <= lease.Server.Entry.Retries && choice.HasAnother(lease.Server);
                failed = await course.RunAsync(context, body, exchange, lease, clock, stream);
                if (failed is { Failure: ServerFailure.None })
                {
                    choices.Remember(choice, lease.Server);
                    if (await course.FinishAsync(context, exchange, lease, failed) is not { } broken)
                        return exchange.Error;
                    failed.Dispose();
                    failed = broken;
                }

                // The circuit was opened by others meanwhile, and it was not asked: as things stand now there may be another way, or the same one as the last resort.
                if (failed is null && !turnedAway)
                {
                    turnedAway = true;
                    continue;
                }

                if (failed is not null && (!ServerFailures.MayRetryElsewhere(failed.Failure) || tries > lease.Server.Entry.Retries))
                    return await ServerCourse.TellAsync(context, exchange, failed);
                exchange.Failure = failed?.Failure ?? ServerFailure.None;
                choice.Avoid(lease.Server);
            }
        }
        finally
        {
            failed?.Dispose();
        }
    }

    private async Task<ApiError?> ManageAsync(HttpContext context, HeldBody body, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        if (choices.Managed(exchange.Model) is not { } server)
            return ApiErrors.ManagementNotAllowed(exchange.Endpoint.Path);
        var (lease, refusal) = await queue.TakeAsync(new ManagedServer(server, exchange.Model, SlotAsker.Of(exchange.Caller, exchange.Class)), server.Entry.Clocks.Queue, exchange, clock, stream);
        using var held = lease;
        if (lease is null)
            return refusal;
        using var attempt = await course.AskAsync(context, body, exchange, lease, clock, stream);
        if (attempt.Failure != ServerFailure.None)
            return await ServerCourse.TellAsync(context, exchange, attempt);
        using var broken = await course.FinishAsync(context, exchange, lease, attempt);
        return broken is null ? exchange.Error : await ServerCourse.TellAsync(context, exchange, broken);
    }

    private async Task PauseAsync(int tries, ActivityClock clock)
    {
        clock.Allow(TimeSpan.Zero);
        await Task.Delay(s_firstPause * (1 << (tries - 1)), time, clock.Token);
    }
}
