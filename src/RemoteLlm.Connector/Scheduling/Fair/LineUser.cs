namespace RemoteLlm.Connector.Scheduling.Fair;

/// <summary>One user's requests of one class that wait for a server, first come first.</summary>
/// <param name="line">The class.</param>
/// <param name="name">Who.</param>
internal sealed class LineUser(ClassLine line, string name) : FairShare
{
    private readonly LinkedList<Seat> _seats = new();
    private LinkedListNode<Seat>? _next;
    private long _round;

    public ClassLine Line => line;

    public string Name => name;

    public LinkedList<Seat> Seats => _seats;

    /// <summary>Whoever comes before in the order of arrival sits before, whenever it joined this line.</summary>
    public void Add(Seat seat)
    {
        var before = _seats.Last;
        while (before is not null && before.Value.Waiter.Sequence > seat.Waiter.Sequence)
            before = before.Previous;
        seat.Node = before is null ? _seats.AddFirst(seat) : _seats.AddAfter(before, seat);
    }

    public void Remove(Seat seat)
    {
        if (_next == seat.Node)
            _next = seat.Node!.Next;
        _seats.Remove(seat.Node!);
    }

    /// <summary>The first that was not asked in this round; null when all were.</summary>
    public Seat? Peek(long round) => (_round == round ? _next : _seats.First)?.Value;

    /// <summary>The same, and it counts as asked.</summary>
    public Seat Take(long round)
    {
        var node = _round == round ? _next! : _seats.First!;
        (_round, _next) = (round, node.Next);
        return node.Value;
    }

    /// <summary>Whether its next request goes before another user's. Among equals who has less running, then who has waited longer.</summary>
    public bool IsBefore(Seat own, LineUser other, Seat others) =>
        Ahead != other.Ahead ? Ahead < other.Ahead : Running != other.Running ? Running < other.Running : own.Waiter.Sequence < others.Waiter.Sequence;
}
