using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Gives an answer of the LLM server to the client as it comes, and ends it honestly when it breaks off.</summary>
internal sealed class AnswerRelay(ConnectorOptions options, TimeProvider time)
{
    private static readonly byte[] s_lineEnd = "\n"u8.ToArray();

    /// <summary>Relays.</summary>
    /// <returns>The error to answer with, when nothing of an answer has gone out; what fails later is told in it.</returns>
    /// <param name="context">The request.</param>
    /// <param name="answer">The answer; its head has been read.</param>
    /// <param name="source">Its body.</param>
    /// <param name="exchange">The facts of the request.</param>
    /// <param name="clocks">How patient we are with the server.</param>
    /// <param name="clock">The request's clock.</param>
    /// <param name="stream">The stream; null when the answer is none.</param>
    public async Task<ApiError?> RelayAsync(HttpContext context, HttpResponseMessage answer, Stream source, Exchange exchange, ServerClocks clocks, ActivityClock clock, AnswerStream? stream)
    {
        // A heartbeat may have been first.
        if (!context.Response.HasStarted)
        {
            ForwardHeaders.CopyResponse(answer, context.Response, ServerHeaders.DropResponse);
            // A stream may end with an event of ours, so its length is not promised.
            if (stream is not null)
                context.Response.ContentLength = null;
        }

        var meter = new AnswerMeter(exchange, time, stream, AnswerMeter.IsJson(answer) && answer.IsSuccessStatusCode);
        var outcome = await BodyRelay.CopyAsync(
            source, context.Response.BodyWriter, meter, clock, clocks.FirstByte, clocks.Idle, options.TunnelWriteTimeout,
            headersAtOnce: stream is not null && !exchange.MayMove, stream?.Interlude, meter.Filter);
        // A server that dies can still end its answer in good order; what it had to say tells.
        if (outcome.IsDone && stream is not null && !meter.EndSeen)
            outcome = new ForwardOutcome(ForwardStage.Body, ForwardSide.Upstream, null);
        exchange.Outcome = outcome;
        exchange.Withdrawn = outcome is { IsDone: false, Side: ForwardSide.None };
        meter.Finish();
        if (outcome is { IsDone: false, Side: not ForwardSide.Client } && exchange.FirstByte is null)
            return TakeBack(context.Response, answer, exchange, clocks);
        Report(context, exchange);
        if (outcome is { IsDone: false, Side: not ForwardSide.Client })
            await CutAnswer.EndAsync(context, stream?.Tracker, Cut(outcome.Side, exchange, clocks));
        else if (!outcome.IsDone)
            context.Abort();
        else if (stream is { Tracker.AtBoundary: false } && AnswerType.Of(stream.Format) == AnswerType.Lines)
            await context.Response.BodyWriter.WriteAsync(s_lineEnd, context.RequestAborted);
        return null;
    }

    // The head of the answer was all that came: another server may still answer. Where it has gone out, a stream can tell what is wrong.
    private static ApiError TakeBack(HttpResponse response, HttpResponseMessage answer, Exchange exchange, ServerClocks clocks)
    {
        if (!response.HasStarted)
        {
            // Others have written there too: the request's id, its caller's limits, CORS.
            foreach (var (name, _) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
            {
                if (!ServerHeaders.DropResponse(name))
                    response.Headers.Remove(name);
            }
        }

        if (!response.HasStarted)
            exchange.Outcome = exchange.Outcome with { Stage = ForwardStage.Send };
        return response.HasStarted || exchange.Outcome.Side != ForwardSide.Upstream ? Cut(exchange.Outcome.Side, exchange, clocks) : ApiErrors.UpstreamError();
    }

    private static ApiError Cut(ForwardSide side, Exchange exchange, ServerClocks clocks) => side switch
    {
        ForwardSide.None => ApiErrors.KeyBlocked(),
        ForwardSide.UpstreamSilent => Silent(exchange, clocks),
        _ => ApiErrors.StreamInterrupted(),
    };

    private static ApiError Silent(Exchange exchange, ServerClocks clocks) =>
        exchange.FirstByte is null ? ApiErrors.UpstreamTimeout(clocks.FirstByte) : ApiErrors.StreamSilent(clocks.Idle);

    /// <summary>Tells the broker behind the answer what it took, and whether it is whole.</summary>
    public static void Report(HttpContext context, Exchange exchange)
    {
        if (!context.Response.SupportsTrailers())
            return;
        context.Response.AppendTrailer(TunnelHeaders.Usage, UsageTrailer.Format(exchange.Usage));
        if (exchange.Withdrawn || exchange.Outcome is { IsDone: false, Side: ForwardSide.Upstream or ForwardSide.UpstreamSilent })
            context.Response.AppendTrailer(TunnelHeaders.Interrupted, exchange.Outcome.Side.ToString());
    }
}
