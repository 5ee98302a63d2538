using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Hosting.Edge;

/// <summary>Answers a request that needs no LLM server: check the key, write JSON, log one line.</summary>
public sealed class OwnEndpoint(IEdgeAccess access, IEdgeLog log, TimeProvider time)
{
    /// <summary>Answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="endpoint">What was asked for; its dialect decides the shape of errors.</param>
    /// <param name="model">The model that was asked about; null for none.</param>
    /// <param name="write">Writes the body for a caller, or returns the error to answer with.</param>
    public async Task AnswerAsync(HttpContext context, ApiEndpoint endpoint, string? model, Func<IEdgeCaller, Utf8JsonWriter, ApiError?> write)
    {
        var call = EdgeCall.Begin(context.Request, endpoint, time);
        call.Model = model;
        AnswerHeaders.Write(context.Response, call, time);
        try
        {
            call.Error = EdgeHeaders.TooLarge(context.Request.Headers) ? ApiErrors.RequestHeadersTooLarge(EdgeHeaders.MaxTotal) : Admit(context, call) ?? Write(call.Caller!);
            if (call.Error is { } error)
                await ErrorAnswer.WriteAsync(context.Response, endpoint.Dialect, error, call.Label);
        }
        finally
        {
            call.Status = context.Response.StatusCode;
            log.Finished(call);
        }

        ApiError? Write(IEdgeCaller caller)
        {
            var response = context.Response;
            using var output = new Utf8JsonWriter(response.BodyWriter);
            response.ContentType = ApiErrorWriter.ContentType;
            return write(caller, output);
        }
    }

    private ApiError? Admit(HttpContext context, EdgeCall call)
    {
        var refusal = access.Admit(context, out var caller);
        call.Caller = caller;
        return refusal;
    }
}
