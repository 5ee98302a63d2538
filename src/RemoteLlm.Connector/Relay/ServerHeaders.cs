using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;
using RemoteLlm.Connector.Limits;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Relay;

/// <summary>Which headers pass between the tunnel and an LLM server. The edge has removed the same ones; the connector relies on no edge.</summary>
internal static class ServerHeaders
{
    private static readonly FrozenSet<string> s_dropped = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Authorization, "x-api-key", "api-key", "openai-organization", "openai-project", HeaderNames.Cookie, HeaderNames.AcceptEncoding, HeaderNames.Origin, HeaderNames.Referer);

    private static readonly FrozenSet<string> s_hidden = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, HeaderNames.SetCookie, HeaderNames.Server, HeaderNames.Date, "x-request-id", HeaderNames.WWWAuthenticate, HeaderNames.Location, HeaderNames.ContentLocation);

    /// <summary>True for a request header that the LLM server must not see.</summary>
    public static bool DropRequest(string name) => s_dropped.Contains(name)
        || name.StartsWith(TunnelHeaders.Prefix, StringComparison.OrdinalIgnoreCase)
        // Another key for a gateway, or another method than the one that was checked.
        || name.EndsWith("-api-key", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-http-method", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-method-override", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for an answer's header that is the server's own business: its limits and origins are not ours.</summary>
    public static bool DropResponse(string name) =>
        s_hidden.Contains(name)
        || RateLimitHeaders.Are(name)
        || name.Equals("request-id", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("access-control-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(TunnelHeaders.Prefix, StringComparison.OrdinalIgnoreCase);
}
