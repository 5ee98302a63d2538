using System.Globalization;

namespace RemoteLlm.EndToEnd.Tests.Fuzz;

/// <summary>Draws header lines that somebody could send to get past something.</summary>
internal static class HeaderTricks
{
    private static readonly string[] s_harmless =
    [
        "Connection: x-remotellm-credential", "Connection: keep-alive, x-remotellm-billing-id, authorization", "Connection: content-type", "Connection: x-request-id, content-length", "Connection: close",
        "x-remotellm-credential: 00", "X-RemoteLlm-Credential: rlc-0", "x-remotellm-billing-id: req_0", "x-remotellm-roster-revision: 999999999999", "x-remotellm-usage: 1", "x-remotellm-affinity: hit",
        "x-forwarded-for: 203.0.113.9", "X-Forwarded-For: ::1, unknown, \"_x\"", "x-forwarded-proto: https", "x-forwarded-proto: javascript", "x-forwarded-host: evil.example", "x-forwarded-prefix: /api", "Forwarded: for=1.2.3.4", "X-Real-IP: 1.2.3.4",
        "X-Original-URL: /api/delete", "X-Rewrite-URL: /api/pull", "X-HTTP-Method-Override: DELETE", "X-HTTP-Method: GET", "Cookie: a=b; c=d", "Origin: https://evil.example", "Referer: http://x/", "Accept-Encoding: gzip, br", "Accept: */*",
        "Expect: 100-continue", "TE: trailers", "Keep-Alive: timeout=1", "Proxy-Connection: keep-alive", "Proxy-Authorization: Basic eDp5", "Upgrade: h2c", "Connection: Upgrade", "Upgrade: websocket", "HTTP2-Settings: AAMAAABkAAQAAP__", "Trailer: x-y", "Via: 1.1 x", "Alt-Svc: clear",
        "x-request-id: ../../etc", "x-request-id: a b", "x-request-id: <script>", "x-request-id: ok-1", "x-request-id:", "traceparent: 00-zz", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "X-Session-Id: s1", "X-Claude-Code-Session-Id: \t c1 \t",
        "anthropic-version: 2023-06-01", "anthropic-beta: a,b", "OpenAI-Beta: x", "Content-Encoding: gzip", "Content-Encoding: identity", "Content-Language: tlh", "Content-Range: bytes 0-1/2", "Content-MD5: x", "Content-Location: /api/pull", "Last-Modified: never", "Expires: 0", "Allow: GET", "If-Match: *", "Range: bytes=0-1", "Date: x", "From: x", "Max-Forwards: 0",
        "X-Empty:", "X-Blank: \t ", "X-Tab: a\tb", "X-Umlaut: Grüße", "X-Emoji: 😀", "X-Quote: \"", "X-Control: a\u0001b", "X-Delete: a\u007fb", "X-Escape: \u001b[31m", "!#$%&'*+-.^_`|~: odd name", "x_under_score: 1", "User-Agent: a b (c", "User-Agent: \u0001", "Accept: \"", "Priority: u=9", "Sec-Fetch-Mode: cors",
    ];

    private static readonly string[] s_doubtful =
    [
        "X-Folded: a\r\n b", "X-Folded: a\r\n\tAuthorization: x", "X-Bare: a\rb", "X-Bare: a\nX-Injected: b", "X-Bare: a\rX-Injected: b", "X-Nul: a\0b", "\0: x", "X Y: z", " X: y", "X : y", ": novalue", "no colon at all", ":path: /api/delete", ":authority: x", "X\u00e9: y", "X(: y",
        "Content-Length: 0", "Content-Length: 5", "Content-Length: 5, 5", "Content-Length: +5", "Content-Length: -1", "Content-Length: 0x5", "Content-Length: 99999999999999999999", "Content-Length:", "Content-Length: 1 1",
        "Transfer-Encoding: chunked", "Transfer-Encoding: identity", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked", "Transfer-Encoding: \u000bchunked", "transfer-encoding: CHUNKED",
        "Host: other", "Host: a b", "Host: @", "Host: [::1", "Expect: 200-ok", "Expect:",
    ];

    /// <summary>Lines behind which any reader finds the same request.</summary>
    public static IEnumerable<string> Harmless(Random random)
    {
        for (var i = random.Once(3) ? random.Next(1, 5) : 0; i > 0; i--)
            yield return random.Of(s_harmless);
        if (!random.Once(100))
            yield break;
        switch (random.Next(4))
        {
            case 0:
                yield return $"X-Long: {new string('x', random.Of([8_000, 15_000, 16_500, 31_000, 40_000]))}";
                break;
            case 1:
                yield return $"{new string('n', random.Of([100, 5_000, 20_000]))}: x";
                break;
            case 2:
                for (var i = random.Of([50, 90, 93, 94, 95, 96, 97, 98, 120]); i > 0; i--)
                    yield return string.Create(CultureInfo.InvariantCulture, $"X-Many-{i}: {i}");
                break;
            default:
                for (var i = random.Of([3, 40, 90]); i > 0; i--)
                    yield return "X-Same: 1";
                break;
        }
    }

    /// <summary>A line over which readers may differ.</summary>
    public static string Doubtful(Random random) => random.Of(s_doubtful);
}
