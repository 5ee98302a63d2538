using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Hosting.Answers;

/// <summary>Answers a request with an error in its dialect's shape.</summary>
public static class ErrorAnswer
{
    /// <summary>Writes status, headers and body. The answer must not have started. The caller completes or drains the request.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="dialect">Decides the shape of the body.</param>
    /// <param name="error">What went wrong and what the reader can do.</param>
    /// <param name="requestId">The id that the answer's <c>x-request-id</c> carries.</param>
    public static async Task WriteAsync(HttpResponse response, Dialect dialect, ApiError error, string requestId)
    {
        var headers = response.Headers;
        response.StatusCode = ApiErrorWriter.StatusOf(dialect, error);
        headers.ContentType = ApiErrorWriter.ContentType;
        RequestLabel.Write(headers, dialect, requestId);
        foreach (var (name, value) in ApiErrorHeaders.For(error))
            headers[name] = value;
        ApiErrorWriter.Write(response.BodyWriter, dialect, error, requestId);
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }
}
