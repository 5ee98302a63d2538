using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Hosting.Answers;

/// <summary>Ends an answer that was cut off after it had begun, so that nobody takes it for whole.</summary>
public static class CutAnswer
{
    /// <summary>A stream gets a last frame that says so. Anything else cannot say it, so its connection or stream is reset.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tracker">Where the stream stands; null when the answer is none.</param>
    /// <param name="error">What to say in it.</param>
    public static async Task EndAsync(HttpContext context, StreamTracker? tracker, ApiError error)
    {
        if (tracker is null)
        {
            context.Abort();
            return;
        }

        tracker.WriteInterruption(context.Response.BodyWriter, error);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
