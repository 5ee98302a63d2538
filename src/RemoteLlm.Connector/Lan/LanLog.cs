using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Edge;

namespace RemoteLlm.Connector.Lan;

/// <summary>One line for every request that the LAN port answered itself. Relayed ones are told of by the relay, like those of the tunnel.</summary>
internal sealed partial class LanLog(TimeProvider time, ILogger<LanLog> logger) : IEdgeLog
{
    public void Finished(EdgeCall call) => Finished(
        logger, call.Label, call.BillingId, call.Endpoint.Operation, call.Caller?.User, call.Caller?.KeyName, call.Model, call.Status, call.Error?.Code,
        time.GetElapsedTime(call.Started).TotalMilliseconds);

    public void Refused(EdgeCall call, string method, string path) => Refused(
        logger, call.Label, ShownText.Of(method), ShownText.Of(path), call.Status, call.Error!.Code, time.GetElapsedTime(call.Started).TotalMilliseconds);

    [LoggerMessage(1, LogLevel.Information, "LAN request {RequestId} {BillingId} {Operation} {User} {Key} {Model} {Status} {Error} {TotalMs}")]
    private static partial void Finished(
        ILogger logger, string requestId, string billingId, string operation, string? user, string? key, string? model, int status, string? error, double totalMs);

    [LoggerMessage(2, LogLevel.Information, "LAN path refused {RequestId} {Method} {Path} {Status} {Error} {TotalMs}")]
    private static partial void Refused(ILogger logger, string requestId, string method, string path, int status, string error, double totalMs);
}
