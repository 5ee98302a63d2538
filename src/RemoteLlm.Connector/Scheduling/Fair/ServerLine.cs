using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Scheduling.Fair;

/// <summary>
/// Who waits for one server, and in which order its slots are given: interactive requests and batches 9 to 1 while both wait, in each class fair between users, for each user first come
/// first served. Outlives an edit of the server's entry. Everything under the gate of <see cref="Dispatcher"/>.
/// </summary>
internal sealed class ServerLine
{
    private readonly FairScale<ClassLine> _scale = new();
    private readonly ClassLine[] _classes = [new(RequestClass.Interactive, weight: 9), new(RequestClass.Batch, weight: 1)];
    private Seat[]? _order;
    private int _running;

    /// <summary>Requests that wait.</summary>
    public int Count { get; private set; }

    /// <summary>How fast requests leave the server.</summary>
    public ServerPace Pace { get; } = new();

    /// <summary>Who was overtaken so often for want of the server's tokens that nobody else goes there before it; null for nobody.</summary>
    public Waiter? KeptFor { get; set; }

    /// <summary>The first in the order that could not be placed although there is a slot, and in which round that was seen.</summary>
    public (Waiter? Waiter, long Round) Held { get; set; }

    /// <summary>The round of the last look at all who wait.</summary>
    public long Seen { get; set; }

    /// <summary>Accounts of users that are kept.</summary>
    public int Accounts => _classes.Sum(static line => line.Accounts);

    /// <summary>The first in the order; null when nobody waits.</summary>
    public Seat? First => Count == 0 ? null : Find(round: -1)?.Seats.First!.Value;

    /// <summary>Whether a request may not go there now because another one is to have its turn before.</summary>
    public bool IsKeptFrom(ISlotSeeker seeker) => KeptFor is { } kept && kept.Seeker != seeker;

    public Seat Join(Waiter waiter, LlmServer server)
    {
        var asker = waiter.Seeker.Asker;
        var line = Of(asker.Class);
        var work = waiter.Seeker.WorkAt(server);
        var seat = new Seat(waiter, this, line.UserOf(asker), work) { Server = server, Class = line, Cost = server.Load.PromptWeight.CostOf(work) };
        _scale.Join(line);
        line.Join(seat);
        Count++;
        _order = null;
        return seat;
    }

    public void Leave(Seat seat)
    {
        seat.Class.Leave(seat);
        _scale.Leave(seat.Class);
        Count--;
        Changed();
    }

    /// <summary>A request begins, out of the line or past it when nobody waits. One that waits leaves the line after this.</summary>
    public FairTicket Begin(SlotAsker asker, double cost)
    {
        var line = Of(asker.Class);
        var user = line.UserOf(asker);
        _running++;
        _order = null;
        _scale.Begin(line, cost);
        return new FairTicket(user, cost, line.Begin(user, cost).Weight);
    }

    /// <summary>It is over.</summary>
    /// <param name="ticket">What <see cref="Begin"/> gave; ended once.</param>
    /// <param name="served">What it has cost.</param>
    public void End(FairTicket ticket, double served)
    {
        var line = ticket.User.Line;
        line.End(new FairCharge(ticket.Cost / line.Weight, line.Weight), served);
        line.End(ticket.User, new FairCharge(ticket.Cost / ticket.Weight, ticket.Weight), served);
        _running--;
        Changed();
    }

    /// <summary>The next to be asked in this round, which then counts as asked; null when all were.</summary>
    public Seat? Next(long round) => Find(round)?.Take(round);

    /// <summary>All that wait, in the order in which they would be served if nobody came. Not changed by what happens later.</summary>
    public IReadOnlyList<Seat> Order => _order ??= MakeOrder();

    /// <summary>The order is made anew when it is asked for next.</summary>
    internal void ForgetOrder() => _order = null;

    /// <summary>Its place in the order, 1 for the first.</summary>
    public int PositionOf(Seat seat)
    {
        _ = Order;
        return seat.Position;
    }

    /// <summary>How many requests of a user wait, in all classes.</summary>
    public int WaitingOf(string user) => _classes.Sum(line => line.WaitingOf(user));

    /// <summary>The newest request of the user who has most waiting, and how many that are; null when nobody waits.</summary>
    public (Seat Newest, int Waiting)? Crowd
    {
        get
        {
            LineUser? most = null;
            var count = 0;
            foreach (var user in _classes.SelectMany(static line => line.WaitingUsers))
            {
                if (WaitingOf(user.Name) is var waiting && waiting > count)
                    (most, count) = (user, waiting);
            }

            return most is null
                ? null
                : (_classes.SelectMany(static line => line.WaitingUsers).Where(user => user.Name == most.Name).Select(static user => user.Seats.Last!.Value).MaxBy(static seat => seat.Waiter.Sequence)!, count);
        }
    }

    // Classes are ordered by where their next request would bring them, users by where they are: a batch that comes first is not at once before everybody who waits for an answer.
    private static double After(ClassLine line, double at, Seat seat) => at + (seat.Cost / line.Weight);

    private ClassLine Of(RequestClass of) => _classes[of == RequestClass.Batch ? 1 : 0];

    private LineUser? Find(long round)
    {
        LineUser? first = null;
        var least = double.MaxValue;
        foreach (var line in _classes)
        {
            if (line.Waiting > 0 && line.Next(round) is { } user && After(line, line.Ahead, user.Peek(round)!) is var end && end < least)
                (first, least) = (user, end);
        }

        return first;
    }

    private Seat[] MakeOrder()
    {
        var order = new Seat[Count];
        var (interactive, batch) = (_classes[0].Order(), _classes[1].Order());
        var (at, batchAt) = (_classes[0].Ahead, _classes[1].Ahead);
        for (int i = 0, next = 0, nextBatch = 0; i < order.Length; i++)
        {
            var isBatch = next == interactive.Count || (nextBatch < batch.Count && After(_classes[1], batchAt, batch[nextBatch]) < After(_classes[0], at, interactive[next]));
            var seat = order[i] = isBatch ? batch[nextBatch++] : interactive[next++];
            seat.Position = i + 1;
            if (isBatch)
                batchAt = After(_classes[1], batchAt, seat);
            else
                at = After(_classes[0], at, seat);
        }

        return order;
    }

    private void Changed()
    {
        _order = null;
        if (Count > 0 || _running > 0)
            return;
        foreach (var line in _classes)
        {
            _scale.Rest(line.Served);
            line.Rest();
        }
    }
}
