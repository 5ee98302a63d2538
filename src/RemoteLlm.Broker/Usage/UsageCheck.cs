using System.Globalization;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Usage;

/// <summary>Whether a record that a connector sends may count. A connector is another's machine: what it says of a request counts only where the broker sent that request there.</summary>
internal static class UsageCheck
{
    /// <summary>Age from which on a record is refused. A connector keeps what it could not deliver, and by then the month has been paid.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(35);

    /// <summary>How far from the future an id may be: the broker made it, and its clock may have been set back since.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    /// <summary>Why the record does not count; null when it does.</summary>
    /// <param name="record">As it came.</param>
    /// <param name="connector">Who sends it.</param>
    /// <param name="proofs">The broker's proofs.</param>
    /// <param name="now">The broker's clock.</param>
    /// <param name="key">The id as a number.</param>
    public static UsageFault? Fault(UsageRecord record, string connector, BillingProofs proofs, DateTimeOffset now, out UInt128 key)
    {
        if (!UsageId.TryParse(record.Id, out key))
            return new("id", "Its id is not one that a broker gives.");
        var time = UsageId.TimeOf(key);
        if (record.User is null || !proofs.IsOf(record.Proof, record.Id, connector, record.User))
            return new("proof", "Its proof does not show that this broker sent the request of this user to this connector. A broker that lost its billing.key refuses what it routed before.");
        if (time < now - MaxAge)
            return new("old", string.Create(CultureInfo.InvariantCulture, $"It is older than {MaxAge.Days} days."));
        if (time > now + MaxAhead)
            return new("future", string.Create(CultureInfo.InvariantCulture, $"It is from the future, by more than {MaxAhead.Minutes} minutes."));
        return UsageLimits.AreGood(record, out var fault) ? null : new("figures", $"It is absurd: {fault}.");
    }
}
