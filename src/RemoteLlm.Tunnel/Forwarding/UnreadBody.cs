using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>
/// What to do with a request body that nobody wants any more. Over HTTP/2 Kestrel forgets a stream 5 s after its answer, and DATA that
/// comes later ends the whole connection with all its other streams. So: complete the answer, then read the body to its end.
/// </summary>
public static class UnreadBody
{
    /// <summary>Completes the answer and, on an HTTP/2 connection, discards what the client still sends. Returns when the client has finished or left.</summary>
    public static async Task DiscardAsync(HttpContext context)
    {
        await context.Response.CompleteAsync();
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return;
        try
        {
            while (true)
            {
                var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or BadHttpRequestException or InvalidOperationException)
        {
            // The sender reset its stream or broke a limit: either way there is no more to read.
        }
    }
}
