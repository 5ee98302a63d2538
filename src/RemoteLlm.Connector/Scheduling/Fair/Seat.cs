using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Scheduling.Fair;

/// <summary>A waiter's place in the line of one of its servers.</summary>
/// <param name="waiter">Who waits.</param>
/// <param name="line">Where.</param>
/// <param name="user">In whose name.</param>
/// <param name="work">What it will take there.</param>
internal sealed class Seat(Waiter waiter, ServerLine line, LineUser user, ServerWork work)
{
    public Waiter Waiter => waiter;

    public ServerLine Line => line;

    public LineUser User => user;

    public ServerWork Work => work;

    /// <summary>Among which class.</summary>
    public required ClassLine Class { get; init; }

    /// <summary>What it will cost there, by an estimate.</summary>
    public required double Cost { get; init; }

    /// <summary>The server; another object once its entry was edited.</summary>
    public required LlmServer Server { get; set; }

    /// <summary>Whether the server has a slot free.</summary>
    public bool HasRoom => Server.Load.Running < Server.Slots;

    /// <summary>Whether it waits for the server's own limits on requests and tokens, not for a slot.</summary>
    public bool IsHeldByRate => Server.Rate.Check(work.Tokens) > TimeSpan.Zero;

    /// <summary>Its place among its user's.</summary>
    internal LinkedListNode<Seat>? Node { get; set; }

    /// <summary>Its place in the fair order when that was last made, 1 for the first.</summary>
    internal int Position { get; set; }
}
