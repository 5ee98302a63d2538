using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Hosting.Edge;

/// <summary>Which headers cross the edge, and how large they may be together.</summary>
public static class EdgeHeaders
{
    /// <summary>Most bytes of headers that a client may send. Larger ones look like a dead connector inside the tunnel.</summary>
    public const int MaxTotal = 16 * 1024;

    /// <summary>Most headers that a client may send. Browsers and SDKs send some 20; the tunnel takes 400.</summary>
    public const int MaxCount = 200;

    private static readonly FrozenSet<string> s_dropped = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        // Credentials: the connector gets a derived one, the LLM server its own.
        HeaderNames.Authorization, "x-api-key", "api-key", HeaderNames.Cookie,
        // Where the client is, which is nobody's business behind the edge, and what browsers add (Ollama refuses foreign origins).
        "Forwarded", "X-Real-IP", HeaderNames.Via, HeaderNames.Origin, HeaderNames.Referer,
        // Events are looked at as they pass, so they must not be compressed.
        HeaderNames.AcceptEncoding,
        // Made anew.
        "x-request-id");

    private static readonly FrozenSet<string> s_hidden = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, HeaderNames.SetCookie, HeaderNames.Server, HeaderNames.Date, "x-request-id",
        // Said to the broker, by which it looks for another connector.
        TunnelHeaders.Unshared);

    /// <summary>True for a request header that stays outside.</summary>
    public static bool DropRequest(string name) =>
        s_dropped.Contains(name)
        || name.StartsWith("x-forwarded-", StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith(TunnelHeaders.Prefix, StringComparison.OrdinalIgnoreCase) && !name.Equals(TunnelHeaders.Class, StringComparison.OrdinalIgnoreCase))
        || name.StartsWith("sec-", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for an answer's header that stays inside.</summary>
    public static bool DropResponse(string name) =>
        s_hidden.Contains(name)
        // Who may read answers in a browser is decided here, not by an LLM server.
        || name.StartsWith("access-control-", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when the headers are too many, or too large together: names, values, and four bytes a line as on the wire.</summary>
    public static bool TooLarge(IHeaderDictionary headers)
    {
        var total = 0;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
                total += name.Length + (value?.Length ?? 0) + 4;
        }

        return total > MaxTotal || headers.Count > MaxCount;
    }
}
