using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Gives an answer of the LLM server to the client as it comes, and ends it honestly when it breaks off.</summary>
internal sealed class AnswerRelay(ConnectorOptions options, TimeProvider time)
{
    /// <summary>Relays.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">The answer; its head has been read.</param>
    /// <param name="body">What was asked.</param>
    /// <param name="exchange">The facts of the request.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="stream">The stream; null when the answer is none.</param>
    public async Task<ForwardOutcome> RelayAsync(HttpContext context, HttpResponseMessage answer, HeldBody body, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        // A heartbeat may have been first.
        if (!context.Response.HasStarted)
        {
            ForwardHeaders.CopyResponse(answer, context.Response, ServerHeaders.DropResponse);
            // A stream may end with an event of ours, so its length is not promised.
            if (stream is not null)
                context.Response.ContentLength = null;
        }

        var meter = new AnswerMeter(exchange, time, stream, AnswerMeter.IsJson(answer));
        var source = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var outcome = await BodyRelay.CopyAsync(
            source, context.Response.BodyWriter, meter, clock, options.Llm.FirstByteTimeout, options.Llm.BetweenBytesTimeout, options.TunnelWriteTimeout,
            headersAtOnce: stream is not null, stream?.Interlude, meter.Filter);
        // A server that dies can still end its answer in good order; what it had to say tells.
        if (outcome.IsDone && stream is not null && !meter.EndSeen)
            outcome = new ForwardOutcome(ForwardStage.Body, ForwardSide.Upstream, null);
        await meter.FinishAsync(body);
        Report(context, exchange);
        if (outcome is { IsDone: false, Side: not ForwardSide.Client })
            await CutAnswer.EndAsync(context, stream?.Tracker, ApiErrors.StreamInterrupted());
        else if (!outcome.IsDone)
            context.Abort();
        return outcome;
    }

    /// <summary>Tells the broker behind the answer what it took.</summary>
    public static void Report(HttpContext context, Exchange exchange)
    {
        if (context.Response.SupportsTrailers())
            context.Response.AppendTrailer(TunnelHeaders.Usage, UsageTrailer.Format(exchange.Usage));
    }
}
