using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>Gives a connector's answer to the client: status, headers, then every byte as it comes. Speaks for itself only when the tunnel fails.</summary>
internal sealed class AnswerRelay(BrokerOptions options, TimeProvider time)
{
    public async Task<ForwardOutcome> RelayAsync(HttpContext context, HttpResponseMessage answer, Exchange exchange, ActivityClock clock)
    {
        var response = context.Response;
        ForwardHeaders.CopyResponse(answer, response, EdgeHeaders.DropResponse);
        response.Headers["openai-processing-ms"] = ((long)time.GetElapsedTime(exchange.Started).TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture);

        var streams = AnswerType.IsEventStream(answer);
        var observer = new AnswerObserver(exchange, time, streams ? new EventStreamTracker() : null);
        if (streams)
        {
            response.ContentLength = null;
            response.Headers.CacheControl = "no-cache";
            response.Headers["X-Accel-Buffering"] = "no";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        }

        var source = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var outcome = await BodyRelay.CopyAsync(source, response.BodyWriter, observer, clock, firstByte: TimeSpan.Zero, betweenBytes: TimeSpan.Zero, options.ClientWriteTimeout, headersAtOnce: streams);
        if (outcome is { IsDone: false, Side: not ForwardSide.Client })
            await CutAnswer.EndAsync(context, observer.Events);
        else if (!outcome.IsDone)
            context.Abort();
        if (outcome.IsDone && answer.TrailingHeaders.NonValidated.TryGetValues(TunnelHeaders.Usage, out var usage) && UsageTrailer.TryParse(usage.ToString(), out var tokens))
            exchange.Usage = tokens;
        return outcome;
    }
}
