using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace RemoteLlm.Hosting.Edge;

/// <summary>How much a web server takes from clients that it does not know yet.</summary>
public static class EdgeLimits
{
    /// <summary>
    /// What one upload may have here unread, bytes, while a slow line or a disk holds it up. A request's cost in memory, so far less than Kestrel's 1 MiB; what comes is read
    /// at once, so that it is no limit on the rate.
    /// </summary>
    public const int MaxUnread = 256 * 1024;

    /// <summary>Sets them.</summary>
    /// <param name="kestrel">The server's options.</param>
    /// <param name="maxBody">Largest request body, bytes; null where whoever reads the body limits it.</param>
    public static void Set(KestrelServerOptions kestrel, long? maxBody)
    {
        kestrel.AddServerHeader = false;
        // An LLM server's header that is not ASCII would otherwise turn its answer into a 500.
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.UTF8;
        var limits = kestrel.Limits;
        // Twice what the edge accepts: up to here a refusal can say what is wrong, above it the server cuts the reading short.
        limits.MaxRequestHeadersTotalSize = 2 * EdgeHeaders.MaxTotal;
        limits.MaxRequestHeaderCount = 10 * EdgeHeaders.MaxCount;
        limits.MaxRequestBodySize = maxBody;
        limits.MaxRequestBufferSize = MaxUnread;
        // An upload may pause for a slow uplink; a reader is cut by its write timeout instead of by its rate.
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 100, gracePeriod: TimeSpan.FromSeconds(30));
        limits.MinResponseDataRate = null;
    }
}
