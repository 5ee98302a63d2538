using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Hosting.Answers;

/// <summary>Ends an answer that was cut off after it had begun, so that nobody takes it for whole.</summary>
public static class CutAnswer
{
    /// <summary>An event stream gets an event that says so. Anything else cannot say it, so its connection or stream is reset.</summary>
    /// <param name="context">The request.</param>
    /// <param name="events">Where in an event stream the answer stands; null when it is none.</param>
    public static async Task EndAsync(HttpContext context, EventStreamTracker? events)
    {
        if (events is null)
        {
            context.Abort();
            return;
        }

        events.WriteInterruption(context.Response.BodyWriter, ApiErrors.StreamInterrupted());
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
