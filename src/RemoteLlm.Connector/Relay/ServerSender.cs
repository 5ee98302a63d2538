using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Sends a request to the LLM server and waits for the head of its answer.</summary>
internal sealed class ServerSender(LlmTarget server, LlmServerOptions options)
{
    /// <summary>
    /// Sends. At most one more try, and only while not one byte of an answer has come: some servers close a connection that they promised to keep.
    /// </summary>
    /// <returns>The answer; null with <see cref="Exchange.Outcome"/> set when there is none.</returns>
    public async Task<HttpResponseMessage?> SendAsync(Func<HttpRequestMessage> create, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        // On a connection of its own there is no second try: what changes the server's models may have been half done.
        var fresh = server.Habits.SendConnectionClose(exchange.Streams) || exchange.Endpoint.Role == EndpointRole.Management;
        while (true)
        {
            exchange.Attempts++;
            clock.Allow(options.FirstByteTimeout);
            using var request = create();
            if (fresh)
                request.Headers.ConnectionClose = true;
            try
            {
                var sending = (fresh ? server.Client.Fresh : server.Client.Pooled).SendAsync(request, clock.Token);
                return await (stream is null ? sending : stream.WaitAsync(sending, options.FirstByteTimeout));
            }
            catch (HttpRequestException exception) when (!fresh && !Left(clock, stream) && ResponseHabits.IsRetryable(exception))
            {
                server.Habits.ObserveRetriedFailure();
                fresh = true;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or InvalidOperationException)
            {
                var side = Left(clock, stream) ? ForwardSide.Client : clock.Expired ? ForwardSide.UpstreamSilent : ForwardSide.Upstream;
                exchange.Outcome = new ForwardOutcome(ForwardStage.Send, side, exception);
                return null;
            }
        }
    }

    private static bool Left(ActivityClock clock, AnswerStream? stream) => stream?.ClientFailed ?? clock.ClientGone;
}
