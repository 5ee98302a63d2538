using System.Net;

namespace RemoteLlm.Replay.Recording;

/// <summary>The HTTP client towards the target.</summary>
internal static class TargetClient
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A client that changes nothing on the way: no redirects followed, no cookies kept, nothing decompressed, no trace headers, no total timeout.</summary>
    public static HttpMessageInvoker Create() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTimeout,
        },
        disposeHandler: true);
}
