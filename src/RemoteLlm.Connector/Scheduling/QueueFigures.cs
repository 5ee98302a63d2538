using RemoteLlm.Connector.Scheduling.Fair;
using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>What the lines of servers say of those who wait. Under the gate of <see cref="Dispatcher"/>.</summary>
internal static class QueueFigures
{
    // Nothing has left any of its servers yet.
    private static readonly TimeSpan s_unknown = TimeSpan.FromSeconds(5);

    // Sooner than this only adds load.
    private static readonly TimeSpan s_soonest = TimeSpan.FromSeconds(1);

    /// <summary>Where one stands that has a seat: in the line in which it will be served soonest.</summary>
    public static QueuePlace PlaceOf(Waiter waiter)
    {
        QueuePlace? best = null;
        foreach (var seat in waiter.Seats)
        {
            var place = At(seat);
            if (best is not { } known || (place.Wait ?? TimeSpan.MaxValue, place.Position).CompareTo((known.Wait ?? TimeSpan.MaxValue, known.Position)) < 0)
                best = place;
        }

        return best!.Value;
    }

    /// <summary>Who waits in a line, in the order of their first requests.</summary>
    public static IReadOnlyList<QueuedUser> UsersOf(ServerLine line) =>
        [.. line.Order.GroupBy(static seat => seat.User).Select(static seats => new QueuedUser(seats.Key.Name, seats.First().Class.Class, seats.Count(), At(seats.First())))];

    /// <summary>All that wait, as it is their turn: those for whom a server is kept, then each line in its fair order, then those who are in none. Somebody may be named more than once.</summary>
    /// <param name="waiting">All that wait.</param>
    /// <param name="round">A number that was not used before.</param>
    public static List<Waiter> InOrder(IReadOnlyCollection<Waiter> waiting, long round)
    {
        var order = new List<Waiter>(waiting.Count);
        order.AddRange(waiting.Where(static waiter => waiter.Seats.Exists(seat => seat.Line.KeptFor == waiter)));
        foreach (var waiter in waiting)
        {
            foreach (var seat in waiter.Seats)
            {
                if (seat.Line.Seen == round)
                    continue;
                seat.Line.Seen = round;
                foreach (var next in seat.Line.Order)
                    order.Add(next.Waiter);
            }
        }

        order.AddRange(waiting.Where(static waiter => waiter.Seats.Count == 0).OrderBy(static waiter => waiter.Sequence));
        return order;
    }

    /// <summary>When to come back whom a full queue turned away: when the first of its servers is estimated to have let a request go, and never after the time for which one would have waited.</summary>
    public static TimeSpan RetryAfter(IReadOnlyList<LlmServer> awaited)
    {
        TimeSpan? soonest = null;
        var clock = TimeSpan.Zero;
        var hasLimit = awaited.Count > 0;
        foreach (var server in awaited)
        {
            if (server.Load.Line.Pace.After(1, server.Slots) is { } wait && (soonest is null || wait < soonest))
                soonest = wait;
            var queue = server.Entry.Clocks.Queue;
            hasLimit &= queue > TimeSpan.Zero;
            clock = queue > clock ? queue : clock;
        }

        var retry = soonest ?? s_unknown;
        if (hasLimit && retry > clock)
            retry = clock;
        return retry > s_soonest ? retry : s_soonest;
    }

    private static QueuePlace At(Seat seat)
    {
        var position = seat.Line.PositionOf(seat);
        return new QueuePlace(position, seat.Line.Pace.After(position, seat.Server.Slots));
    }
}
