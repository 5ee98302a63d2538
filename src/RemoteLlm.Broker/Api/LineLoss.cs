using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Routing;

namespace RemoteLlm.Broker.Api;

/// <summary>Tells when a request that waits for its answer should be sent elsewhere, because its connector's lines stay away and somebody else serves the model.</summary>
internal sealed class LineLoss(ModelRouter router, SessionRegistry registry, TimeProvider time)
{
    /// <summary>
    /// How long all lines of a connector must be down before its requests move. A redial takes well under a second once the line is back, and a request
    /// that moves starts from nothing; of a longer loss nobody knows how long it will be.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Watches until the request has its answer, or fails, or should move. Never throws.</summary>
    /// <param name="sending">The request; completes with the answer's headers.</param>
    /// <param name="route">Where it was sent.</param>
    /// <param name="model">What it asks for.</param>
    /// <param name="tried">Where it was tried before; no reason to move there.</param>
    /// <returns>True when it should move.</returns>
    public async Task<bool> MovesAsync(Task sending, Route route, string model, TriedRoutes? tried)
    {
        var channel = route.Channel.Channel;
        while (!sending.IsCompleted && !channel.Ended.IsCompleted)
        {
            var changed = channel.LineChanged;
            if (channel.LineUp)
                await Task.WhenAny(sending, changed);
            else if (await StaysAwayAsync(sending, route, model, tried))
                return true;
        }

        return false;
    }

    private async Task<bool> StaysAwayAsync(Task sending, Route route, string model, TriedRoutes? tried)
    {
        var channel = route.Channel.Channel;
        long? downSince = null;
        while (true)
        {
            var (routing, line) = (registry.Changed, channel.LineChanged);
            if (sending.IsCompleted || channel.LineUp || channel.Ended.IsCompleted)
                return false;
            var wait = Timeout.InfiniteTimeSpan;
            if (route.Session.PickChannel() is not null)
                downSince = null;
            else if (time.GetElapsedTime(downSince ??= time.GetTimestamp()) is var down && down < Patience)
                wait = Patience - down;
            else if (router.HasOther(model, route.Session, tried))
                return true;
            try
            {
                await Task.WhenAny(sending, routing, line).WaitAsync(wait, time);
            }
            catch (TimeoutException)
            {
                // Patience is over: look again.
            }
        }
    }
}
