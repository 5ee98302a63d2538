using System.Net;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Sends a request to an LLM server and waits for the head of its answer.</summary>
internal static class ServerSender
{
    /// <summary>
    /// Sends. At most one more try, and only while not one byte of an answer has come: some servers close a connection that they promised to keep.
    /// </summary>
    /// <returns>The answer, which is no redirection; null with <see cref="Exchange.Outcome"/> set when there is none.</returns>
    public static async Task<HttpResponseMessage?> SendAsync(LlmServer server, Func<HttpRequestMessage> create, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        // On a connection of its own there is no second try: what changes the server's models may have been half done.
        var fresh = server.Habits.SendConnectionClose(exchange.Streams) || exchange.Endpoint.Role == EndpointRole.Management;
        while (true)
        {
            exchange.Attempts++;
            clock.Allow(server.Entry.Clocks.FirstByte);
            using var request = create();
            if (fresh)
                request.Headers.ConnectionClose = true;
            try
            {
                var sending = (fresh ? server.Client.Fresh : server.Client.Pooled).SendAsync(request, clock.Token);
                var answer = await (stream is null ? sending : stream.WaitAsync(sending));
                if (answer is not { StatusCode: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest })
                    return answer;
                // A redirection would tell clients an address of this network, and their SDKs would follow it.
                answer.Dispose();
                exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Upstream, null);
                return null;
            }
            catch (HttpRequestException exception) when (!fresh && !Left(clock, stream) && ResponseHabits.IsRetryable(exception))
            {
                server.Habits.ObserveRetriedFailure();
                fresh = true;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or InvalidOperationException)
            {
                exchange.Outcome = new ForwardOutcome(ForwardStage.Send, Left(clock, stream) ? ForwardSide.Client : clock.Side, exception);
                server.Probe.RequestRefresh();
                return null;
            }
        }
    }

    /// <summary>What a request came to that got no answer.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="limit">The clock that ran.</param>
    public static Attempt NoAnswer(Exchange exchange, TimeSpan limit) => exchange.Outcome switch
    {
        { Side: ForwardSide.Client } => Attempt.Failed(ServerFailure.None, null),
        { Side: ForwardSide.None } => Attempt.Failed(ServerFailure.None, ApiErrors.KeyBlocked()),
        { Side: ForwardSide.UpstreamSilent } => Attempt.Failed(ServerFailure.TimedOut, ApiErrors.UpstreamTimeout(limit)),
        { Exception: null } => Attempt.Failed(ServerFailure.Unreadable, ApiErrors.UpstreamUnreadable()),
        { Exception: HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } } => Attempt.Failed(ServerFailure.Unreadable, ApiErrors.UpstreamError()),
        _ => Attempt.Failed(ServerFailure.Unreachable, ApiErrors.UpstreamError()),
    };

    private static bool Left(ActivityClock clock, AnswerStream? stream) => stream?.ClientFailed ?? clock.ClientGone;
}
