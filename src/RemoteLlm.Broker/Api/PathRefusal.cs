using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Observability;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>Answers whatever asks for a path or method that is not served.</summary>
internal sealed class PathRefusal(RequestLog log, TimeProvider time)
{
    private static readonly ApiEndpoint s_none = new("refused", Dialect.OpenAi, "");

    public async Task HandleAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.ToString());
        var exchange = Exchange.Begin(context.Request, s_none, time);
        exchange.Error = ApiEndpoints.Find(path) is not null ? ApiErrors.MethodNotAllowed(method, path, "POST")
            : path == ModelsHandler.ListPath ? ApiErrors.MethodNotAllowed(method, path, "GET")
            : ApiErrors.EndpointNotServed(method, path);
        exchange.Status = exchange.Error.Status;
        try
        {
            AnswerHeaders.Write(context.Response, exchange, time);
            await ErrorAnswer.WriteAsync(context.Response, s_none.Dialect, exchange.Error, exchange.Label);
            await UnreadBody.DiscardAsync(context);
        }
        finally
        {
            log.Refused(exchange, method, path);
        }
    }
}
