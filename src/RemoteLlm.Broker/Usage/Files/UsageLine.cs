namespace RemoteLlm.Broker.Usage.Files;

/// <summary>A line of the ledger as far as sums need it, in place: texts are UTF-8 in the buffer that was read, good until the next line is.</summary>
internal ref struct UsageLine
{
    public UInt128 Id { get; set; }

    public ReadOnlySpan<byte> User { get; set; }

    public ReadOnlySpan<byte> Key { get; set; }

    /// <summary>What the key is called whatever its name; empty where nobody said.</summary>
    public ReadOnlySpan<byte> KeyId { get; set; }

    public ReadOnlySpan<byte> Connector { get; set; }

    public ReadOnlySpan<byte> Model { get; set; }

    public UsageOutcome Outcome { get; set; }

    public long PromptTokens { get; set; }

    public long CachedTokens { get; set; }

    public long CompletionTokens { get; set; }

    /// <summary>US dollars; 0 where nobody said.</summary>
    public decimal Cost { get; set; }

    /// <summary>Until the first byte of the answer, ms; null when none came.</summary>
    public long? FirstTokenMs { get; set; }

    /// <summary>When the broker took the request.</summary>
    public readonly DateTimeOffset Time => UsageId.TimeOf(Id);

    /// <summary>What budgets count.</summary>
    public readonly long Tokens => PromptTokens + CompletionTokens;
}
