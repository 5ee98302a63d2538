using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Brings a request to the LLM server when there is a slot for it, and its answer back. Streams get heartbeats from here on.</summary>
internal sealed class ServerForwarder(
    LlmServer server, ServerSlots slots, ServerSender sender, AnswerRelay answers, RerankRelay rerank, ConnectorOptions options, TimeProvider time)
{
    // A slot is free when somebody's answer ends, which nobody can foretell; sooner than this only adds load.
    private static readonly TimeSpan s_queueRetry = TimeSpan.FromSeconds(5);

    /// <summary>Forwards.</summary>
    /// <returns>The error to answer with, unless the answer has begun: then it has been told in it.</returns>
    public async Task<ApiError?> ForwardAsync(HttpContext context, HeldBody body, Exchange exchange)
    {
        using var clock = new ActivityClock(time, context.RequestAborted);
        using var stream = exchange.Streams && Waits(exchange.Endpoint) ? Stream(context, exchange, exchange.Endpoint.Stream, clock) : null;
        var error = await QueueAsync(context, body, exchange, clock, stream);
        // Only a heartbeat can have begun an answer that is an error.
        if (context.Response.HasStarted && exchange.Outcome is { Stage: ForwardStage.Send, Side: ForwardSide.Client })
            context.Abort();
        else if (error is not null && context.Response.HasStarted)
        {
            AnswerRelay.Report(context, exchange);
            await CutAnswer.EndAsync(context, stream?.Tracker, error);
        }

        return error;
    }

    // A heartbeat promises a stream. Servers of speech, images and transcriptions may answer whole whatever was asked, so that theirs wait for the head of the answer.
    private static bool Waits(ApiEndpoint endpoint) => Heartbeat.Exists(endpoint.Stream) && endpoint.Stream != StreamFormat.OtherEvents;

    private async Task<ApiError?> QueueAsync(HttpContext context, HeldBody body, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        // To count is no work for a GPU, and may be done here.
        if (exchange.Endpoint.Role == EndpointRole.CountTokens)
        {
            exchange.Sent = time.GetTimestamp();
            return await AskAsync(context, body, exchange, clock, stream);
        }

        clock.Allow(options.Llm.QueueTimeout);
        try
        {
            var taking = slots.TakeAsync(clock.Token);
            using var lease = await (stream is null || taking.IsCompleted ? taking : new ValueTask<SlotLease?>(stream.WaitAsync(taking.AsTask())));
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
        var withoutUsage = false;
        while (true)
        {
            using var answer = await sender.SendAsync(() => ServerRequest.Create(context, body, exchange, server), exchange, clock, stream);
            if (answer is null)
                return ServerSender.Error(exchange, options.Llm.FirstByteTimeout);
            if (!FailedAnswer.MayBe(answer, exchange.Endpoint))
            {
                if (withoutUsage)
                    server.Habits.ObserveUsageRefusal();
                return await RelayAsync(context, answer, await answer.Content.ReadAsStreamAsync(clock.Token), body, exchange, clock, stream);
            }

            if (await ReadFailedAsync(answer, exchange, clock, stream) is not { } failed)
                return ServerSender.Error(exchange, options.Llm.BetweenBytesTimeout);
            if (exchange.UsageRequest is not null && ResponseHabits.MayRefuseUsage((int)failed.Status, failed.Body.Span))
            {
                exchange.UsageRequest = null;
                withoutUsage = true;
                continue;
            }

            return await FailAsync(context, answer, failed, body, exchange, clock, stream);
        }
    }

    private async Task<FailedAnswer?> ReadFailedAsync(HttpResponseMessage answer, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        try
        {
            clock.Allow(options.Llm.BetweenBytesTimeout);
            var reading = FailedAnswer.ReadAsync(answer, clock.Token);
            return await (stream is null ? reading : stream.WaitAsync(reading));
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, stream is { ClientFailed: true } ? ForwardSide.Client : clock.Side, exception);
            return null;
        }
    }

    private async Task<ApiError?> RelayAsync(
        HttpContext context, HttpResponseMessage answer, Stream source, HeldBody body, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        var format = AnswerType.FormatOf(answer, exchange.Endpoint);
        // Ollama answers a request that only loads a model by one object, whatever was asked: as good as a stream of one line.
        if (format == StreamFormat.None && stream is { Begun: true } && AnswerType.Of(stream.Format) == AnswerType.Lines && AnswerMeter.IsJson(answer))
            format = stream.Format;
        if (context.Response.HasStarted && format != stream?.Format)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Body, ForwardSide.Upstream, null);
            return ApiErrors.UpstreamUnreadable();
        }

        using var own = format == StreamFormat.None || format == stream?.Format ? null : Stream(context, exchange, format, clock);
        return await answers.RelayAsync(context, answer, source, body, exchange, clock, format == StreamFormat.None ? null : own ?? stream);
    }

    private async Task<ApiError?> FailAsync(
        HttpContext context, HttpResponseMessage answer, FailedAnswer failed, HeldBody body, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        var error = failed.Read(exchange, inBand: context.Response.HasStarted && !answer.IsSuccessStatusCode, out var lacksEndpoint);
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

        // A failure is told as it is; what only might have been one is an answer like any other.
        return await RelayAsync(context, answer, failed.Rejoined(), body, exchange, clock, stream);
    }

    private AnswerStream Stream(HttpContext context, Exchange exchange, StreamFormat format, ActivityClock clock) =>
        new(context, exchange, format, clock, options.TunnelWriteTimeout, time);
}
