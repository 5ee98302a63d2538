using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Api;
using RemoteLlm.Broker.Observability.Requests;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Observability;

/// <summary>One line and one measurement for every request, at its end. Never a byte of what was asked or answered.</summary>
internal sealed partial class RequestLog(BrokerMetrics metrics, LiveRequests live, TimeProvider time, ILogger<RequestLog> logger) : IEdgeLog
{
    public void Finished(EdgeCall call) => Finished(Exchange.Of(call));

    public void Finished(Exchange exchange)
    {
        var total = time.GetElapsedTime(exchange.Started);
        TimeSpan? first = exchange.FirstByte is { } at ? time.GetElapsedTime(exchange.Started, at) : null;
        var outcome = exchange.Outcome;
        var gone = outcome.Side == ForwardSide.Client;
        // 499 is for the log alone: the client that went away was told nothing.
        var status = gone && outcome.Stage == ForwardStage.Send ? UsageOutcomes.ClientGoneStatus : exchange.Status;
        exchange.Status = status;
        // That nobody is to blame a connector says of an answer that it ended because its caller was blocked.
        var error = exchange.Error?.Code ?? (gone ? UsageOutcomes.ClientGone : outcome is { Stage: ForwardStage.Body } ? outcome.Side == ForwardSide.None ? (exchange.IsCancelled ? ApiErrors.RequestCancelled() : ApiErrors.KeyBlocked()).Code : "stream_interrupted" : status >= 400 ? UsageOutcomes.Upstream : null);
        metrics.Finished(exchange, total.TotalSeconds, first?.TotalSeconds, error);
        live.Finish(exchange, total, first, error);
        var cause = outcome.Exception?.GetType().Name;
        Finished(
            logger,
            error is null || status is >= 400 and < 500 ? LogLevel.Information : LogLevel.Warning,
            exchange.Label, exchange.BillingId, exchange.Endpoint.Operation, exchange.Caller?.User, exchange.Caller?.KeyName, exchange.Model, exchange.Connector, status,
            error, outcome.Stage, outcome.Side, cause, exchange.Attempts, exchange.Waited.TotalMilliseconds, first?.TotalMilliseconds, total.TotalMilliseconds, exchange.Bytes);
    }

    /// <summary>A request for a path or method that is not served.</summary>
    public void Refused(EdgeCall call, string method, string path)
    {
        var total = time.GetElapsedTime(call.Started);
        metrics.Finished(Exchange.Of(call), total.TotalSeconds, null, call.Error!.Code);
        Refused(logger, call.Label, ShownText.Of(method), ShownText.Of(path), call.Status, call.Error.Code, total.TotalMilliseconds);
    }

    /// <summary>A defect of ours met this request; the caller is told no more than that.</summary>
    public void Failed(Exchange exchange, Exception exception) => Failed(logger, exception, exchange.Label, exchange.BillingId);

    [LoggerMessage(3, LogLevel.Information, "Path refused {RequestId} {Method} {Path} {Status} {Error} {TotalMs}")]
    private static partial void Refused(ILogger logger, string requestId, string method, string path, int status, string error, double totalMs);

    [LoggerMessage(2, LogLevel.Error, "Request failed {RequestId} {BillingId}")]
    private static partial void Failed(ILogger logger, Exception exception, string requestId, string billingId);

    [LoggerMessage(EventId = 1, Message = "Request {RequestId} {BillingId} {Operation} {User} {Key} {Model} {Connector} {Status} {Error} {Stage} {Side} {Cause} {Attempts} {WaitedMs} {FirstByteMs} {TotalMs} {Bytes}")]
    private static partial void Finished(
        ILogger logger, LogLevel level, string requestId, string billingId, string operation, string? user, string? key, string? model, string? connector, int status,
        string? error, ForwardStage stage, ForwardSide side, string? cause, int attempts, double waitedMs, double? firstByteMs, double totalMs, long bytes);
}
