using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Conversations;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>Gives a connector's answer to the client: status, headers, then every byte as it comes. Speaks for itself only when the tunnel fails.</summary>
internal sealed class AnswerRelay(Heartbeats heartbeats, ConversationMemory conversations, BrokerOptions options, TimeProvider time)
{
    public async Task<ForwardOutcome> RelayAsync(HttpContext context, HttpResponseMessage answer, Exchange exchange, ActivityClock clock, Channel channel)
    {
        var response = context.Response;
        ForwardHeaders.CopyResponse(answer, response, EdgeHeaders.DropResponse);
        AnswerHeaders.Write(response, exchange, time);
        WriteAffinity(response, exchange);
        exchange.Server = answer.Headers.NonValidated.TryGetValues(TunnelHeaders.Server, out var server) ? server.ToString() : null;

        var format = AnswerType.FormatOf(answer, exchange.Endpoint);
        var streams = format != StreamFormat.None;
        var observer = new AnswerObserver(exchange, time, streams ? StreamTracker.For(format) : null);
        if (streams)
        {
            response.ContentLength = null;
            AnswerHeaders.WriteStream(response);
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        }

        var source = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var interlude = streams ? new Interlude(response.BodyWriter, clock, options.ClientWriteTimeout) : null;
        var outcome = await CopyAsync(source, context, exchange, observer, clock, channel, interlude, format);
        if (!outcome.IsDone && exchange.IsCancelled && !response.HasStarted)
        {
            // The client has nothing of it: it can be told plainly.
            response.Clear();
            return new ForwardOutcome(ForwardStage.Send, ForwardSide.None, outcome.Exception);
        }

        if (outcome is { IsDone: false, Side: not ForwardSide.Client })
            await CutAnswer.EndAsync(context, observer.Tracker, exchange.IsCancelled ? ApiErrors.RequestCancelled() : ApiErrors.StreamInterrupted());
        else if (!outcome.IsDone)
            context.Abort();
        if (outcome.IsDone && answer.TrailingHeaders.NonValidated.TryGetValues(TunnelHeaders.Usage, out var usage) && UsageTrailer.TryParse(usage.ToString(), out var tokens))
            exchange.Usage = tokens;
        return outcome.IsDone ? Told(answer) : outcome;
    }

    // The connector ends a stream in good order whose LLM server did not: whoever reads this log wants to know.
    private static ForwardOutcome Told(HttpResponseMessage answer) => answer.TrailingHeaders.NonValidated.TryGetValues(TunnelHeaders.Interrupted, out var side)
        ? new ForwardOutcome(ForwardStage.Body, side.ToString() switch
        {
            nameof(ForwardSide.UpstreamSilent) => ForwardSide.UpstreamSilent,
            nameof(ForwardSide.None) => ForwardSide.None,
            _ => ForwardSide.Upstream,
        }, null)
        : ForwardOutcome.Done;

    // Where the conversation went is remembered only when it has been answered there.
    private void WriteAffinity(HttpResponse response, Exchange exchange)
    {
        if (exchange.Conversation is not { } keys)
            return;
        response.Headers[TunnelHeaders.Affinity] = exchange.Affinity switch
        {
            Affinity.Hit => "hit",
            Affinity.Miss => "miss",
            _ => "new",
        };
        if (response.StatusCode == StatusCodes.Status200OK)
            conversations.Remember(keys, exchange.Connector!);
    }

    // No clock for the source: how long an LLM may be silent is the connector's business, and how long a line may be down is the channel's.
    private async Task<ForwardOutcome> CopyAsync(Stream source, HttpContext context, Exchange exchange, AnswerObserver observer, ActivityClock clock, Channel channel, Interlude? interlude, StreamFormat format)
    {
        using var seat = interlude is null ? default : heartbeats.Follow(channel, interlude, observer.Tracker!, format, exchange);
        return await BodyRelay.CopyAsync(
            source, context.Response.BodyWriter, observer, clock, firstByte: TimeSpan.Zero, betweenBytes: TimeSpan.Zero, options.ClientWriteTimeout, headersAtOnce: interlude is not null, interlude);
    }
}
