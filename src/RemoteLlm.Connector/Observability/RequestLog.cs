using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Observability;

/// <summary>One line for every relayed request, at its end. Never a byte of what was asked or answered.</summary>
internal sealed partial class RequestLog(ILogger<RequestLog> logger) : IRelayObserver
{
    public string Name => "log";

    public void Completed(RelayEvent completed) => Write(completed);

    public void Failed(RelayEvent failed)
    {
        if (failed.Defect is { } defect)
            Failed(logger, defect, failed.RequestId, failed.BillingId);
        Write(failed);
    }

    private void Write(RelayEvent ended)
    {
        var name = RequestClasses.NameOf(ended.Class);
        Finished(
            logger,
            ended.Error is null || ended.Status is >= 400 and < 500 ? LogLevel.Information : LogLevel.Warning,
            ended.RequestId, ended.BillingId, ended.Operation, ended.User, ended.Key, ended.Model, ended.Status,
            ended.Error, ended.Stage, ended.Side, ended.Cause, ended.Attempts, name, ended.QueueWait?.TotalMilliseconds, ended.BeforeSend?.TotalMilliseconds, ended.FirstByte?.TotalMilliseconds, ended.Total.TotalMilliseconds,
            ended.Server, ended.ServedModel, ended.Failure == ServerFailure.None ? null : ServerFailures.NameOf(ended.Failure), ended.Cost,
            ended.Bytes, ended.PromptTokens, ended.CompletionTokens);
    }

    [LoggerMessage(2, LogLevel.Error, "Request failed {RequestId} {BillingId}")]
    private static partial void Failed(ILogger logger, Exception exception, string requestId, string billingId);

    [LoggerMessage(EventId = 1, Message = "Request {RequestId} {BillingId} {Operation} {User} {Key} {Model} {Status} {Error} {Stage} {Side} {Cause} {Attempts} {RequestClass} {QueuedMs} {BeforeSendMs} {FirstByteMs} {TotalMs} {Server} {ServedModel} {Failure} {Cost} {Bytes} {PromptTokens} {CompletionTokens}")]
    private static partial void Finished(
        ILogger logger, LogLevel level, string requestId, string billingId, string operation, string? user, string? key, string? model, int status,
        string? error, ForwardStage stage, ForwardSide side, string? cause, int attempts, string requestClass, double? queuedMs, double? beforeSendMs, double? firstByteMs, double totalMs,
        string? server, string? servedModel, string? failure, decimal? cost, long bytes, long promptTokens, long completionTokens);
}
