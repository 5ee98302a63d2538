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
    private static readonly ApiEndpoint s_anthropic = s_none with { Dialect = Dialect.Anthropic };
    private static readonly ApiEndpoint s_ollama = s_none with { Dialect = Dialect.Ollama };

    public async Task HandleAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.ToString());
        var endpoint = ApiEndpoints.Find(path) ?? OwnEndpoints.Find(path);
        var exchange = Exchange.Begin(context.Request, Speaks(context.Request, endpoint), time);
        exchange.Error = endpoint is null ? ApiErrors.EndpointNotServed(method, path) : ApiErrors.MethodNotAllowed(method, path, endpoint.Method);
        exchange.Status = exchange.Error.Status;
        try
        {
            AnswerHeaders.Write(context.Response, exchange, time);
            await ErrorAnswer.WriteAsync(context.Response, exchange.Endpoint.Dialect, exchange.Error, exchange.Label);
            await UnreadBody.DiscardAsync(context);
        }
        finally
        {
            log.Refused(exchange, method, path);
        }
    }

    // Whose client it is that errs, as far as its request tells: it is told in its own language.
    private static ApiEndpoint Speaks(HttpRequest request, ApiEndpoint? endpoint) => endpoint?.Dialect switch
    {
        Dialect.Anthropic => s_anthropic,
        Dialect.Ollama => s_ollama,
        null when request.Headers.ContainsKey("anthropic-version") => s_anthropic,
        null when request.Path.StartsWithSegments("/api") => s_ollama,
        _ => s_none,
    };
}
