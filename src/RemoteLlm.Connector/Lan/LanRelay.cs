using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Lan;

/// <summary>Takes a relayed request in, as the broker's edge does for the tunnel: check the key, strip what is no client's to say, then the same relay.</summary>
internal sealed class LanRelay(RelayHandler relay, LanAccess access, InFlightRequests inFlight, IEdgeLog log, TimeProvider time)
{
    // What stops is started again, or there is another.
    private static readonly TimeSpan s_stoppingRetry = TimeSpan.FromSeconds(5);

    public async Task HandleAsync(HttpContext context, ApiEndpoint endpoint)
    {
        var call = EdgeCall.Begin(context.Request, endpoint, time);
        call.Error = inFlight.Draining ? ApiErrors.ConnectorOffline(s_stoppingRetry)
            : EdgeHeaders.TooLarge(context.Request.Headers) ? ApiErrors.RequestHeadersTooLarge(EdgeHeaders.MaxTotal)
            : null;
        if (call.Error is not null)
        {
            await RefuseAsync(context, call);
            return;
        }

        // It tells of a refusal itself, in its one line.
        var refusal = access.Admit(context, out var caller) ?? ClassHeader.Check(context.Request.Headers);
        context.Features.Set(new LanAdmission(caller?.Entry, refusal));
        Strip(context.Request.Headers, call);
        context.Response.OnStarting(() =>
        {
            WriteHeaders(context.Response, call);
            return Task.CompletedTask;
        });
        await relay.HandleAsync(context);
    }

    // Those of one connection stay: the server that took the request reads them, and none is ever sent on.
    private static void Strip(IHeaderDictionary headers, EdgeCall call)
    {
        foreach (var name in headers.Keys.Where(EdgeHeaders.DropRequest).ToList())
            headers.Remove(name);
        headers[TunnelHeaders.BillingId] = call.BillingId;
        headers[RequestLabel.Header] = call.Label;
    }

    private void WriteHeaders(HttpResponse response, EdgeCall call)
    {
        AnswerHeaders.Write(response, call, time);
        if (response.ContentType is { } type && (type.StartsWith(AnswerType.Events, StringComparison.OrdinalIgnoreCase) || type.StartsWith(AnswerType.Lines, StringComparison.OrdinalIgnoreCase)))
            AnswerHeaders.WriteStream(response);
    }

    private async Task RefuseAsync(HttpContext context, EdgeCall call)
    {
        AnswerHeaders.Write(context.Response, call, time);
        try
        {
            await ErrorAnswer.WriteAsync(context.Response, call.Endpoint.Dialect, call.Error!, call.Label);
            await UnreadBody.DiscardAsync(context);
        }
        finally
        {
            call.Status = context.Response.StatusCode;
            log.Finished(call);
        }
    }
}
