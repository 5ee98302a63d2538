using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>Waits for a slot with a request's clock, and with heartbeats where the answer is a stream.</summary>
internal sealed class ServerQueue(Dispatcher dispatcher, WaitingExchanges waiting, RelayEvents events, TimeProvider time)
{
    /// <summary>Waits.</summary>
    /// <returns>The slot, or the error to answer with; neither when the client has left.</returns>
    /// <param name="seeker">Who wants it.</param>
    /// <param name="limit">Longest wait; zero is no limit.</param>
    /// <param name="exchange">The request.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="stream">Its answer; null when that is no stream.</param>
    public async Task<Dispatch> TakeAsync(ISlotSeeker seeker, TimeSpan limit, Exchange exchange, ActivityClock clock, AnswerStream? stream)
    {
        clock.Allow(limit);
        var waits = false;
        try
        {
            var taking = dispatcher.TakeAsync(seeker, clock.Token);
            if (taking.IsCompleted)
                return await taking;
            waits = true;
            exchange.Queue ??= new QueueWatch(dispatcher, time);
            exchange.Queue.Begin(seeker);
            waiting.Add(exchange);
            events.Queued(exchange);
            return await (stream is null ? taking : new ValueTask<Dispatch>(stream.WaitAsync(taking.AsTask())));
        }
        catch (OperationCanceledException exception)
        {
            exchange.Outcome = new ForwardOutcome(ForwardStage.Send, clock.Expired || clock.Withdrawn ? ForwardSide.None : ForwardSide.Client, exception);
            return new Dispatch(null, clock.Withdrawn ? ApiErrors.KeyBlocked() : clock.Expired ? ApiErrors.QueueTimeout(limit) : null);
        }
        finally
        {
            if (waits)
            {
                waiting.Remove(exchange);
                exchange.Queue!.End();
                exchange.QueuedFor = exchange.Queue.Waited;
            }
        }
    }
}
