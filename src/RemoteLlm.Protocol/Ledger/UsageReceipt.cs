namespace RemoteLlm.Protocol.Ledger;

/// <summary>Usage on its way from a connector to the broker's ledger.</summary>
/// <param name="Records">At most <see cref="MaxRecords"/>.</param>
public sealed record UsageBatch(IReadOnlyList<UsageRecord> Records)
{
    /// <summary>Most records in one batch; it fits far into the largest message.</summary>
    public const int MaxRecords = 500;

    /// <summary>Most characters of any text of a record; one with a longer is refused.</summary>
    public const int LongestText = 256;
}

/// <summary>The broker's answer to a batch: every record of it is done with, on the disk of the ledger, known before, or refused. A batch that gets no receipt is sent again.</summary>
/// <param name="Refused">Records that do not count; the connector drops them and says so in its log.</param>
/// <param name="Spending">What the users of the batch have used now, for those who have a budget.</param>
public sealed record UsageReceipt(IReadOnlyList<UsageRefusal> Refused, IReadOnlyList<UserSpending> Spending);

/// <summary>A record that does not count.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record UsageRefusal(string Id, string Reason);
