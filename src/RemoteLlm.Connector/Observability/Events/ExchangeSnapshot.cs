using RemoteLlm.Connector.Relay;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Observability.Events;

/// <summary>What is known of a request at a moment, as an event.</summary>
internal static class ExchangeSnapshot
{
    /// <summary>The event, as of now.</summary>
    public static RelayEvent Describe(this Exchange exchange, RelayEventKind kind, TimeProvider time)
    {
        var now = time.GetTimestamp();
        var outcome = exchange.Outcome;
        return new RelayEvent(kind, time.GetUtcNow(), exchange.Label, exchange.BillingId, exchange.Endpoint.Operation, exchange.Endpoint.Dialect)
        {
            Endpoint = exchange.Endpoint.Path,
            User = exchange.Caller?.User,
            Key = exchange.Caller?.KeyName,
            Class = exchange.Class,
            Model = exchange.Model,
            Server = exchange.Server,
            ServedModel = exchange.ServedModel,
            Streams = exchange.Streams,
            Attempts = exchange.Attempts,
            // 499 is for observers alone: a client that went away was told nothing.
            Status = outcome is { Side: ForwardSide.Client, Stage: ForwardStage.Send } ? 499 : exchange.Status,
            Error = kind is RelayEventKind.Completed or RelayEventKind.Failed ? exchange.ErrorCode : null,
            Failure = exchange.Failure,
            Stage = outcome.Stage,
            Side = outcome.Side,
            Cause = outcome.Exception?.GetType().Name,
            Defect = exchange.Defect,
            QueueWait = exchange.QueuedFor,
            BeforeSend = exchange.Sent is { } sent ? time.GetElapsedTime(exchange.Started, sent) : null,
            FirstByte = exchange.FirstByte is { } first ? time.GetElapsedTime(exchange.Sent ?? exchange.Started, first) : null,
            Total = time.GetElapsedTime(exchange.Started, now),
            Bytes = exchange.Bytes,
            PromptTokens = exchange.Usage.PromptTokens,
            CachedTokens = exchange.Usage.CachedTokens,
            CompletionTokens = exchange.Usage.CompletionTokens,
            UsageEstimated = exchange.UsageEstimated,
            Cost = exchange.Cost,
        };
    }
}
