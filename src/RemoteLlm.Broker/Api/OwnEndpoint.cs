using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Observability;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.Api;

/// <summary>Answers a request that needs no connector: check the key, write JSON, log one line.</summary>
internal sealed class OwnEndpoint(EdgeAccess access, RequestLog log, TimeProvider time)
{
    /// <summary>Answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="endpoint">What was asked for; its dialect decides the shape of errors.</param>
    /// <param name="model">The model that was asked about; null for none.</param>
    /// <param name="write">Writes the body for a key, or returns the error to answer with.</param>
    public async Task AnswerAsync(HttpContext context, ApiEndpoint endpoint, string? model, Func<KeyRecord, Utf8JsonWriter, ApiError?> write)
    {
        var exchange = Exchange.Begin(context.Request, endpoint, time);
        exchange.Model = model;
        AnswerHeaders.Write(context.Response, exchange, time);
        try
        {
            exchange.Error = EdgeHeaders.TooLarge(context.Request.Headers) ? ApiErrors.RequestHeadersTooLarge(EdgeHeaders.MaxTotal) : Admit(context, exchange) ?? Write(exchange.Key!);
            if (exchange.Error is { } error)
                await ErrorAnswer.WriteAsync(context.Response, endpoint.Dialect, error, exchange.Label);
        }
        finally
        {
            exchange.Status = context.Response.StatusCode;
            log.Finished(exchange);
        }

        ApiError? Write(KeyRecord key)
        {
            var response = context.Response;
            using var output = new Utf8JsonWriter(response.BodyWriter);
            response.ContentType = ApiErrorWriter.ContentType;
            return write(key, output);
        }
    }

    private ApiError? Admit(HttpContext context, Exchange exchange)
    {
        var refusal = access.Admit(context, out var key, out _);
        exchange.Key = key;
        return refusal;
    }
}
