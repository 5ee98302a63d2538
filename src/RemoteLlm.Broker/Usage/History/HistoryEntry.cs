using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Usage.History;

/// <summary>One request as the history counts it.</summary>
/// <param name="User">Whose.</param>
/// <param name="Time">When the broker took it.</param>
/// <param name="Model">The model that was asked for.</param>
/// <param name="Key">By which of the user's keys, by its name then.</param>
internal readonly record struct HistoryEntry(string User, DateTimeOffset Time, string Model, string Key)
{
    /// <summary>What the ledger calls the key; null where it does not say.</summary>
    public string? KeyId { get; init; }

    public long PromptTokens { get; init; }

    public long CachedTokens { get; init; }

    public long CompletionTokens { get; init; }

    /// <summary>US dollars; 0 where nobody said.</summary>
    public decimal Cost { get; init; }

    public UsageOutcome Outcome { get; init; }

    /// <summary>Until the first byte of the answer, ms; null when none came.</summary>
    public long? FirstTokenMs { get; init; }

    /// <summary>The day to which it counts, UTC.</summary>
    public DateOnly Day => DateOnly.FromDateTime(Time.UtcDateTime);

    /// <summary>A line of the ledger.</summary>
    /// <param name="line">The line.</param>
    /// <param name="names">Names seen before, so that each is one string.</param>
    public static HistoryEntry Of(ref UsageLine line, Utf8Names.Set names) => new(names[line.User], line.Time, names[line.Model], names[line.Key])
    {
        KeyId = line.KeyId.IsEmpty ? null : names[line.KeyId],
        PromptTokens = line.PromptTokens,
        CachedTokens = line.CachedTokens,
        CompletionTokens = line.CompletionTokens,
        Cost = line.Cost,
        Outcome = line.Outcome,
        FirstTokenMs = line.FirstTokenMs,
    };

    /// <summary>A record that was just written.</summary>
    public static HistoryEntry Of(UsageRecord record) => new(record.User, record.Time, record.Model, record.Key)
    {
        KeyId = record.KeyId,
        PromptTokens = record.PromptTokens,
        CachedTokens = record.CachedTokens,
        CompletionTokens = record.CompletionTokens,
        Cost = record.Cost ?? 0,
        Outcome = UsageOutcomes.Of(record.Error),
        FirstTokenMs = record.FirstTokenMs,
    };
}
