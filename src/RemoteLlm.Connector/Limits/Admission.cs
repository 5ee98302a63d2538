using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Limits;

/// <summary>What one request holds of its user's limits: from its arrival one of those that run, after <see cref="UserAccount.Reserve"/> a request, tokens of the bucket (which is what its base class is for) and a part of the budget too. Ends once.</summary>
internal sealed class Admission(UserAccount account) : BucketReservation, IDisposable
{
    /// <summary>Whether anything was reserved: the request was let in.</summary>
    public bool IsReserved { get; internal set; }

    internal long BudgetTokens { get; set; }

    internal decimal BudgetCost { get; set; }

    internal bool IsOver { get; set; }

    /// <summary>Takes what the request needs, of the account that it entered: its user's may be another one by now.</summary>
    /// <inheritdoc cref="UserAccount.Reserve"/>
    public ApiError? Reserve(RosterEntry entry, TokenNeed need, out Figures figures) => account.Reserve(this, entry, need, out figures);

    /// <summary>It was refused for what it is, and nothing was reserved: it counts as a request.</summary>
    public void CountRequest() => account.CountRequest();

    /// <summary>The request is over: what was reserved is corrected to what it used. Nothing happens a second time.</summary>
    /// <param name="tokens">Tokens of prompt and answer; 0 when it used none.</param>
    /// <param name="cost">US dollars; 0 when nobody says.</param>
    /// <param name="goesToLedger">Whether the broker's ledger will be told: until it is, they count here.</param>
    public void Settle(long tokens, decimal cost, bool goesToLedger) => account.Settle(this, Math.Max(tokens, 0), Math.Max(cost, 0), goesToLedger);

    /// <summary>Over, and nothing was used.</summary>
    public void Dispose() => Settle(0, 0, goesToLedger: false);
}
