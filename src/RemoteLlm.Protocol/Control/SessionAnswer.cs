using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Protocol.Control;

/// <summary>The broker's answer to a <see cref="SessionRequest"/>: exactly one of the two members is set.</summary>
public sealed record SessionAnswer(SessionGrant? Grant, SessionRefusal? Refusal);

/// <summary>An open session.</summary>
/// <param name="Version">The version of the control contract spoken from here on.</param>
/// <param name="ConnectorId">The name by which the broker knows this connector: the message of every derived credential.</param>
/// <param name="Session">Name of the session, 32 hex digits.</param>
/// <param name="Secret">Secret of the session, 64 hex digits. Must not reach a log.</param>
/// <param name="Channels">How many channels to open, 1 to 8.</param>
/// <param name="Resumed">True when an open session was taken over: its channels live on.</param>
/// <param name="Roster">The roster to put in force and acknowledge: whole, or the changes since <see cref="SessionRequest.RosterRevision"/>.</param>
public sealed record SessionGrant(int Version, string ConnectorId, string Session, string Secret, int Channels, bool Resumed, RosterPush Roster)
{
    /// <summary>What everybody who has a budget has used, a whole; null from a broker without a ledger.</summary>
    public SpendingUpdate? Spending { get; init; }

    /// <summary>The secret is left out.</summary>
    public override string ToString() => $"session {Session} of {ConnectorId}, {Channels} channels";
}

/// <summary>Why a session was refused.</summary>
/// <param name="Detail">One sentence that says what to do.</param>
/// <param name="Permanent">True when trying again soon cannot help.</param>
public sealed record SessionRefusal(string Detail, bool Permanent);
