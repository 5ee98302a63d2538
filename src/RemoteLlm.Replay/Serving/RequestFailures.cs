using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Dialects.Errors;

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
            await ReplayErrors.Write(context, tooLarge ? ApiErrors.RequestTooLarge(RequestBody.MostBytes) : ReplayErrors.Unreadable(error.StatusCode));
        }
    }
}
