using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Replay.Serving;

/// <summary>Answers one request.</summary>
internal delegate Task ServeRequest(HttpContext context, CancellationToken cancellation);

/// <summary>Turns what can go wrong around a request into an answer.</summary>
internal static class RequestFailures
{
    /// <summary>Serves, and answers where the request itself was the fault.</summary>
    public static async Task Guard(HttpContext context, ServeRequest serve)
    {
        try
        {
            await serve(context, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left; nobody waits for an answer.
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted)
        {
            var tooLarge = error.StatusCode == StatusCodes.Status413PayloadTooLarge;
            var message = tooLarge ? $"The request body is over {RequestBody.MostBytes / (1024 * 1024)} MiB." : "The request body could not be read.";
            await ErrorAnswer.Write(context, error.StatusCode, tooLarge ? "request_too_large" : "invalid_request", message, context.RequestAborted);
        }
    }
}
