using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Brings a request to the LLM server when there is a slot for it, and its answer back. Streams get heartbeats from here on.</summary>
internal sealed class ServerForwarder(
    LlmTarget server, ServerSlots slots, ServerSender sender, AnswerRelay answers, RerankRelay rerank, ConnectorOptions options, TimeProvider time)
{
    // A slot is free when somebody's answer ends, which nobody can foretell; sooner than this only adds load.
    private static readonly TimeSpan s_queueRetry = TimeSpan.FromSeconds(5);

    /// <summary>Forwards.</summary>
    /// <returns>The error to answer with, unless the answer has begun: then it has been told in it.</returns>
    public async Task<ApiError?> ForwardAsync(HttpContext context, HeldBody body, Exchange exchange)
    {
        using var clock = new ActivityClock(time, context.RequestAborted);
        using var stream = exchange.Streams && Heartbeat.Exists(exchange.Endpoint.Stream) ? Stream(context, exchange, exchange.Endpoint.Stream, clock) : null;
        var error = await QueueAsync(context, body, exchange, clock, stream);
        // Only a heartbeat can have begun an answer that is an error.
        if (error is not null && context.Response.HasStarted && exchange.Outcome.Side != ForwardSide.Client)
            await CutAnswer.EndAsync(context, stream?.Tracker, error);
        return error;
    }

    private async Task<ApiError?> QueueAsync(HttpContext context, HeldBody body, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        clock.Allow(options.Llm.QueueTimeout);
        try
        {
            var taking = slots.TakeAsync(clock.Token);
            using var lease = await (stream is null || taking.IsCompleted ? taking : new ValueTask<SlotLease?>(stream.WaitAsync(taking.AsTask(), options.Llm.QueueTimeout)));
            if (lease is null)
                return ApiErrors.QueueFull(s_queueRetry);
            exchange.Sent = time.GetTimestamp();
            return await AskAsync(context, body, exchange, clock, stream);
        }
        catch (OperationCanceledException exception) when (exchange.Sent is null)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, clock.Expired ? ForwardSide.None : ForwardSide.Client, exception);
            return clock.Expired ? ApiErrors.QueueTimeout(options.Llm.QueueTimeout) : null;
        }
    }

    private async Task<ApiError?> AskAsync(HttpContext context, HeldBody body, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        if (exchange.Endpoint.Role == EndpointRole.Rerank)
            return await rerank.ForwardAsync(context, body, exchange, clock);
        while (true)
        {
            using var answer = await sender.SendAsync(() => ServerRequest.Create(context, body, exchange, server), exchange, clock, stream);
            if (answer is null)
                return Unanswered(exchange);
            // A redirection would tell clients an address of this network, and their SDKs would follow it.
            if (answer is { StatusCode: >= System.Net.HttpStatusCode.MultipleChoices and < System.Net.HttpStatusCode.BadRequest })
            {
                exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
                return ApiErrors.UpstreamError();
            }

            if (!FailedAnswer.MayBe(answer, exchange.Endpoint))
                return await RelayAsync(context, answer, body, exchange, clock, stream);

            FailedAnswer failed;
            try
            {
                clock.Allow(options.Llm.BetweenBytesTimeout);
                failed = await FailedAnswer.ReadAsync(answer, clock.Token);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
            {
                exchange.Outcome = new ForwardOutcome(ForwardStage.Send, clock.ClientGone ? ForwardSide.Client : clock.Expired ? ForwardSide.UpstreamSilent : ForwardSide.Upstream, exception);
                return Unanswered(exchange);
            }

            if (exchange.UsageRequest is not null && server.Habits.ObserveUsageRefusal((int)failed.Status, failed.Body.Span))
            {
                exchange.UsageRequest = null;
                continue;
            }

            return await FailAsync(context, failed, body, exchange, clock, stream);
        }
    }

    private async Task<ApiError?> RelayAsync(HttpContext context, HttpResponseMessage answer, HeldBody body, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        var format = AnswerType.FormatOf(answer, exchange.Endpoint);
        if (context.Response.HasStarted && format != stream?.Format)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Body, ForwardSide.Upstream, null);
            return ApiErrors.UpstreamError();
        }

        using var own = format == StreamFormat.None || format == stream?.Format ? null : Stream(context, exchange, format, clock);
        exchange.Outcome = await answers.RelayAsync(context, answer, body, exchange, clock, format == StreamFormat.None ? null : own ?? stream);
        return null;
    }

    private async Task<ApiError?> FailAsync(HttpContext context, FailedAnswer failed, HeldBody body, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        var error = failed.Read(exchange, inBand: context.Response.HasStarted, out var lacksEndpoint);
        if (lacksEndpoint && exchange.Endpoint.Role == EndpointRole.CountTokens)
        {
            exchange.Outcome = await TokenCount.AnswerAsync(context, body);
            return null;
        }

        if (error is not null)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
            return error;
        }

        var meter = new AnswerMeter(exchange, time, stream: null, failed.IsJson);
        exchange.Outcome = await failed.PassAsync(context, meter, clock, options.Llm.BetweenBytesTimeout, options.TunnelWriteTimeout);
        // A short answer was only looked at: it took what it took. A refusal takes nothing.
        if (failed.Status < System.Net.HttpStatusCode.BadRequest)
            await meter.FinishAsync(body);
        AnswerRelay.Report(context, exchange);
        return null;
    }

    private AnswerStream Stream(HttpContext context, Exchange exchange, StreamFormat format, ActivityClock clock) =>
        new(context, exchange, format, clock, options.TunnelWriteTimeout, time);

    private ApiError? Unanswered(Exchange exchange)
    {
        server.Models.RequestRefresh();
        return exchange.Outcome.Side switch
        {
            ForwardSide.Upstream => ApiErrors.UpstreamError(),
            ForwardSide.UpstreamSilent => ApiErrors.UpstreamTimeout(options.Llm.FirstByteTimeout),
            _ => null,
        };
    }
}
