using System.Net;
using System.Net.WebSockets;

namespace RemoteLlm.Connector.Link;

/// <summary>What came of a dial: a socket, or why there is none.</summary>
/// <param name="Socket">The open socket; owned by whoever asked.</param>
/// <param name="Status">The broker's HTTP status where it answered at all.</param>
/// <param name="RetryAfter">How long the broker asked to wait.</param>
/// <param name="Problem">What went wrong, in a sentence without secrets.</param>
internal sealed record DialResult(WebSocket? Socket, HttpStatusCode? Status, TimeSpan? RetryAfter, string Problem)
{
    /// <summary>The broker does not know the token, or knows it as revoked.</summary>
    public bool TokenRefused => Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
}
