using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Hosting.Answers;

/// <summary>Ends an answer that was cut off after it had begun, so that nobody takes it for whole.</summary>
public static class CutAnswer
{
    // For who still reads, and it is only a line.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

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
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(s_patience);
        try
        {
            await context.Response.BodyWriter.FlushAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Who reads nothing cannot be told.
            context.Abort();
        }
    }
}
