using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Hosting.Edge;

/// <summary>Answers whatever asks for a path or method that is not served.</summary>
/// <param name="own">The endpoints that the edge answers itself: another method there is told which one it takes.</param>
/// <param name="log">Where it is told of.</param>
/// <param name="time">Where time comes from.</param>
public sealed class PathRefusal(IReadOnlyList<ApiEndpoint> own, IEdgeLog log, TimeProvider time)
{
    private static readonly ApiEndpoint s_none = new("refused", Dialect.OpenAi, "");
    private static readonly ApiEndpoint s_anthropic = s_none with { Dialect = Dialect.Anthropic };
    private static readonly ApiEndpoint s_ollama = s_none with { Dialect = Dialect.Ollama };

    /// <summary>Answers. What is left of the body is the caller's to discard.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.ToString());
        var endpoint = ApiEndpoints.Find(path) ?? own.FirstOrDefault(endpoint => endpoint.Path == path);
        var call = EdgeCall.Begin(context.Request, Speaks(context.Request, endpoint), time);
        call.Error = endpoint is null ? ApiErrors.EndpointNotServed(method, path) : ApiErrors.MethodNotAllowed(method, path, endpoint.Method);
        call.Status = call.Error.Status;
        try
        {
            AnswerHeaders.Write(context.Response, call, time);
            await ErrorAnswer.WriteAsync(context.Response, call.Endpoint.Dialect, call.Error, call.Label);
        }
        finally
        {
            log.Refused(call, method, path);
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
