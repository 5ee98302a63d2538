using System.Net;
using System.Net.WebSockets;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Link;

/// <summary>What came of a dial: a socket, or why there is none.</summary>
/// <param name="Socket">The open socket; owned by whoever asked.</param>
/// <param name="Status">The broker's HTTP status where it answered at all.</param>
/// <param name="RetryAfter">How long the broker asked to wait, 600 s at most; null where it did not ask.</param>
/// <param name="Problem">What went wrong, in a sentence without secrets.</param>
/// <param name="Token">The digest of the token that was presented; null where there was none to present.</param>
internal sealed record DialResult(WebSocket? Socket, HttpStatusCode? Status, TimeSpan? RetryAfter, string Problem, KeyDigest? Token = null)
{
    // Those who were told the same must not come back in step; later than told is always allowed.
    private const double Spread = 0.1;

    /// <summary>The broker does not know the token, or knows it as revoked.</summary>
    public bool TokenRefused => Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary>How long to wait before the next dial where this one says so: as the broker asked and up to a tenth more, or slowly where an operator has to act.</summary>
    /// <returns>Null where <see cref="Backoff"/> decides.</returns>
    public TimeSpan? Wait(LinkOptions options) =>
        RetryAfter is { } told ? told + (told * (Spread * Random.Shared.NextDouble())) : TokenRefused ? options.RefusedWait : null;
}
