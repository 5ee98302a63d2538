using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Sends a request to the LLM server with that server's own credential and relays the answer as it comes.</summary>
internal sealed class ServerForwarder(LlmTarget server, ConnectorOptions options, TimeProvider time)
{
    /// <summary>Forwards.</summary>
    /// <returns>The error to answer with, when nothing of an answer has gone out.</returns>
    public async Task<ApiError?> ForwardAsync(HttpContext context, HeldBody body, Exchange exchange)
    {
        using var clock = new ActivityClock(time, context.RequestAborted);
        exchange.Sent = time.GetTimestamp();
        using var answer = await SendAsync(context, body, exchange, clock);
        // A redirection would tell clients an address of this network, and their SDKs would follow it.
        if (answer is { StatusCode: >= System.Net.HttpStatusCode.MultipleChoices and < System.Net.HttpStatusCode.BadRequest })
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
        else if (answer is not null)
            exchange.Outcome = await RelayAsync(context, answer, exchange, clock);
        else
            server.Models.RequestRefresh();

        return exchange.Outcome switch
        {
            { Stage: ForwardStage.Send, Side: ForwardSide.Upstream } => ApiErrors.UpstreamError(),
            { Stage: ForwardStage.Send, Side: ForwardSide.UpstreamSilent } => ApiErrors.UpstreamTimeout(options.Llm.FirstByteTimeout),
            _ => null,
        };
    }

    // At most one more try, and only while not one byte of an answer has come: some servers close a connection that they promised to keep.
    private async Task<HttpResponseMessage?> SendAsync(HttpContext context, HeldBody body, Exchange exchange, ActivityClock clock)
    {
        var fresh = server.Habits.SendConnectionClose(exchange.Streams);
        while (true)
        {
            exchange.Attempts++;
            clock.Allow(options.Llm.FirstByteTimeout);
            using var request = Request(context, body, exchange, close: fresh);
            try
            {
                return await (fresh ? server.Client.Fresh : server.Client.Pooled).SendAsync(request, clock.Token);
            }
            catch (HttpRequestException exception) when (!fresh && !clock.ClientGone && ResponseHabits.IsRetryable(exception))
            {
                server.Habits.ObserveRetriedFailure();
                fresh = true;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or InvalidOperationException)
            {
                var side = clock.ClientGone ? ForwardSide.Client : clock.Expired ? ForwardSide.UpstreamSilent : ForwardSide.Upstream;
                exchange.Outcome = new ForwardOutcome(ForwardStage.Send, side, exception);
                return null;
            }
        }
    }

    private HttpRequestMessage Request(HttpContext context, HeldBody body, Exchange exchange, bool close)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, server.Address.Endpoint(exchange.Endpoint.Path)) { Content = body.CreateContent() };
        ForwardHeaders.CopyRequest(context.Request.Headers, request, ServerHeaders.DropRequest);
        server.Authorize(request);
        if (close)
            request.Headers.ConnectionClose = true;
        return request;
    }

    private async Task<ForwardOutcome> RelayAsync(HttpContext context, HttpResponseMessage answer, Exchange exchange, ActivityClock clock)
    {
        ForwardHeaders.CopyResponse(answer, context.Response, ServerHeaders.DropResponse);
        var streams = AnswerType.IsEventStream(answer);
        // A stream may end with an event of ours, so its length is not promised.
        if (streams)
            context.Response.ContentLength = null;
        var meter = new AnswerMeter(exchange, time, streams);
        var source = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var outcome = await BodyRelay.CopyAsync(
            source, context.Response.BodyWriter, meter, clock, options.Llm.FirstByteTimeout, options.Llm.BetweenBytesTimeout, options.TunnelWriteTimeout, headersAtOnce: streams);
        meter.Finish();
        if (context.Response.SupportsTrailers())
            context.Response.AppendTrailer(TunnelHeaders.Usage, UsageTrailer.Format(exchange.Usage));
        if (outcome is { IsDone: false, Side: not ForwardSide.Client })
            await CutAnswer.EndAsync(context, meter.Events);
        else if (!outcome.IsDone)
            context.Abort();
        return outcome;
    }
}
