using System.Diagnostics.CodeAnalysis;
using RemoteLlm.Connector.Scheduling.Fair;
using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>All that wait, each in the lines of the servers that it awaits. Under the gate of <see cref="Dispatcher"/>.</summary>
internal sealed class WaitingRoom
{
    private readonly Dictionary<ISlotSeeker, Waiter> _waiting = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<ServerLine> _freed = new();

    public int Count => _waiting.Count;

    public IReadOnlyCollection<Waiter> All => _waiting.Values;

    public Waiter? Find(ISlotSeeker seeker) => _waiting.GetValueOrDefault(seeker);

    public void Add(Waiter waiter)
    {
        _waiting.Add(waiter.Seeker, waiter);
        Sit(waiter);
    }

    /// <summary>It waits no more; false when it did not.</summary>
    public bool Remove(Waiter waiter)
    {
        if (!_waiting.Remove(waiter.Seeker))
            return false;
        while (waiter.Seats.Count > 0)
            Rise(waiter, waiter.Seats.Count - 1);
        return true;
    }

    /// <summary>A line of which the one has gone for whom its server was kept: others may be placed there again.</summary>
    public bool TryTakeFreed([NotNullWhen(true)] out ServerLine? line) => _freed.TryDequeue(out line);

    /// <summary>It waits in the lines of the servers that it awaits now; where it did already it keeps its place.</summary>
    public void Sit(Waiter waiter)
    {
        var awaited = waiter.Seeker.Awaited;
        for (var at = waiter.Seats.Count - 1; at >= 0; at--)
        {
            if (!Awaits(awaited, waiter.Seats[at].Line))
                Rise(waiter, at);
        }

        foreach (var server in awaited)
        {
            var line = server.Load.Line;
            if (waiter.Seats.Find(seat => seat.Line == line) is { } seat)
            {
                seat.Server = server;
                continue;
            }

            waiter.Seats.Add(line.Join(waiter, server));
            server.Load.Wait(1);
        }
    }

    /// <summary>Whether a newcomer has room in a line of the servers that it awaits, or would have it in place of another.</summary>
    /// <param name="seeker">The newcomer.</param>
    /// <param name="instead">The one that has to go: the newest of the user who has most waiting there. Null when nobody has to.</param>
    public static bool HasRoomFor(ISlotSeeker seeker, out Waiter? instead)
    {
        instead = null;
        var most = 0;
        foreach (var server in seeker.Awaited)
        {
            var line = server.Load.Line;
            if (line.Count < server.Entry.QueueLimit)
            {
                instead = null;
                return true;
            }

            // Who would have as many afterwards as the other has now would only change places with it.
            if (line.Crowd is var (newest, waiting) && waiting > most && line.WaitingOf(seeker.Asker.User) + 1 < waiting)
                (instead, most) = (newest.Waiter, waiting);
        }

        return instead is not null;
    }

    private static bool Awaits(IReadOnlyList<LlmServer> awaited, ServerLine line)
    {
        for (var i = 0; i < awaited.Count; i++)
        {
            if (awaited[i].Load.Line == line)
                return true;
        }

        return false;
    }

    private void Rise(Waiter waiter, int at)
    {
        var seat = waiter.Seats[at];
        waiter.Seats.RemoveAt(at);
        seat.Line.Leave(seat);
        seat.Server.Load.Wait(-1);
        if (seat.Line.KeptFor != waiter)
            return;
        seat.Line.KeptFor = null;
        _freed.Enqueue(seat.Line);
    }
}
