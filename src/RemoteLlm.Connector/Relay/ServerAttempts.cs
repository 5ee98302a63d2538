using System.Net;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Asks one LLM server, and says what came of it before any of it goes to the client.</summary>
internal sealed class ServerAttempts(AnswerRelay answers, ConnectorOptions options, TimeProvider time)
{
    /// <summary>Asks.</summary>
    public async Task<Attempt> AskAsync(HttpContext context, HeldBody body, Exchange exchange, ServerRoute route, ActivityClock clock, AnswerStream? stream)
    {
        var (server, clocks) = (route.Server, route.Server.Entry.Clocks);
        var asksUsage = exchange.UsageRequest is not null && server.Habits.TakesUsageRequest;
        var withoutUsage = false;
        if (!ServerRequest.CanName(exchange, route))
            return Attempt.Failed(ServerFailure.ModelMissing, ApiErrors.ModelNotFound(exchange.Model ?? "", []));
        while (true)
        {
            var answer = await ServerSender.SendAsync(server, () => ServerRequest.Create(context, body, exchange, route), exchange, clock, stream);
            if (answer is null)
                return ServerSender.NoAnswer(exchange, clocks.FirstByte);
            if (!FailedAnswer.MayBe(answer, exchange.Endpoint))
            {
                if (withoutUsage)
                    server.Habits.ObserveUsageRefusal();
                return new Attempt(ServerFailure.None, async () => await RelayAsync(context, answer, await answer.Content.ReadAsStreamAsync(clock.Token), exchange, route, clock, stream), answer);
            }

            if (await ReadFailedAsync(answer, exchange, route, clock, stream) is not { } failed)
            {
                answer.Dispose();
                return ServerSender.NoAnswer(exchange, clocks.Idle);
            }

            if (asksUsage && ResponseHabits.MayRefuseUsage((int)failed.Status, failed.Body.Span))
            {
                answer.Dispose();
                exchange.UsageRequest = null;
                (withoutUsage, asksUsage) = (true, false);
                continue;
            }

            return Read(context, answer, failed, exchange, route, clock, stream);
        }
    }

    private Attempt Read(HttpContext context, HttpResponseMessage answer, FailedAnswer failed, Exchange exchange, ServerRoute route, ActivityClock clock, AnswerStream? stream)
    {
        var (failure, error) = failed.Read(exchange, inBand: context.Response.HasStarted && !answer.IsSuccessStatusCode);
        return new Attempt(failure, Finish, answer) { RetryAfter = failed.RetryAfter(time.GetUtcNow()) };

        Task<ApiError?> Finish()
        {
            // A failure is told as it is; what only might have been one is an answer like any other.
            if (error is null)
                return RelayAsync(context, answer, failed.Rejoined(), exchange, route, clock, stream);
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
            return Task.FromResult<ApiError?>(error);
        }
    }

    private static async Task<FailedAnswer?> ReadFailedAsync(HttpResponseMessage answer, Exchange exchange, ServerRoute route, ActivityClock clock, AnswerStream? stream)
    {
        try
        {
            clock.Allow(route.Server.Entry.Clocks.Idle);
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
        HttpContext context, HttpResponseMessage answer, Stream source, Exchange exchange, ServerRoute route, ActivityClock clock, AnswerStream? stream)
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

        using var own = format == StreamFormat.None || format == stream?.Format ? null : new AnswerStream(context, exchange, format, clock, options.TunnelWriteTimeout, time);
        return await answers.RelayAsync(context, answer, source, exchange, route.Server.Entry.Clocks, clock, format == StreamFormat.None ? null : own ?? stream);
    }
}
