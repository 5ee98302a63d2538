using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Usage;

/// <summary>A record that may count.</summary>
/// <param name="Key">Its id.</param>
/// <param name="Record">What is written: time and connector are the broker's.</param>
internal readonly record struct SettledRecord(UInt128 Key, UsageRecord Record)
{
    /// <summary>The day to which it counts, UTC.</summary>
    public DateOnly Day => DateOnly.FromDateTime(Record.Time.UtcDateTime);
}
