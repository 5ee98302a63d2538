using RemoteLlm.Connector.Relay;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Usage;

/// <summary>What a request used, as a record for the ledger.</summary>
internal static class UsageRecords
{
    /// <summary>A name that is longer is cut: no name of ours is, and the broker refuses a record that has one.</summary>
    public const int LongestName = UsageBatch.LongestText;

    /// <summary>The record of a request that has ended; null for one that makes none: it did not come through the broker, or took no reservation.</summary>
    public static UsageRecord? Of(Exchange exchange, TimeProvider time)
    {
        if (exchange is not { GoesToLedger: true, Caller: { } caller })
            return null;
        var prompt = Math.Max(0, exchange.Usage.PromptTokens);
        return new UsageRecord(Cut(exchange.BillingId)!, Cut(caller.User)!, Cut(caller.KeyName)!, exchange.Endpoint.Operation, Cut(exchange.Model) ?? "")
        {
            Proof = Cut(exchange.BillingProof),
            KeyId = Cut(exchange.BillingKey) is { Length: > 0 } key ? key : null,
            Server = Cut(exchange.Server),
            ServedModel = Cut(exchange.ServedModel),
            // A client that went away before there was an answer was told nothing.
            Status = exchange.Outcome is { Side: ForwardSide.Client, Stage: ForwardStage.Send } ? 499 : exchange.Status,
            Error = Cut(exchange.ErrorCode),
            PromptTokens = prompt,
            CachedTokens = Math.Clamp(exchange.Usage.CachedTokens, 0, prompt),
            CompletionTokens = Math.Max(0, exchange.Usage.CompletionTokens),
            Estimated = exchange.UsageEstimated,
            Cost = exchange.Cost,
            QueuedMs = Milliseconds(exchange.QueuedFor) ?? 0,
            FirstTokenMs = Milliseconds(exchange.FirstByte is { } first ? time.GetElapsedTime(exchange.Sent ?? exchange.Started, first) : null),
            DurationMs = Milliseconds(time.GetElapsedTime(exchange.Started)) ?? 0,
        };
    }

    private static long? Milliseconds(TimeSpan? span) => span is { } known ? Math.Max(0, (long)known.TotalMilliseconds) : null;

    private static string? Cut(string? name) => name is { Length: > LongestName } ? name[..LongestName] : name;
}
