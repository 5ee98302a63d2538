using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.Hosting.Edge.Cors;

/// <summary>The headers of answers that clients read: what the broker's document and page list, and what scripts of other origins may see.</summary>
public static class PublicHeaders
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<PublicHeader> All { get; } =
    [
        new("x-request-id", "The request's id: give it to the operator when something is wrong. The client's own, where it sent one of at most 128 printable characters."),
        new("request-id", "The same, where Anthropic's SDKs look for it.") { Only = Dialect.Anthropic },
        new("openai-processing-ms", "Milliseconds until the answer began.") { IsWhole = true },
        new(TunnelHeaders.Affinity, "Whether a conversation went where its beginning still is in memory: hit, miss, or new for one that was not seen before.") { Place = HeaderPlace.Relayed },
        new(TunnelHeaders.Server, "The LLM server that gave the answer, as the connector's owner calls it.") { Place = HeaderPlace.Relayed },
        new(TunnelHeaders.Model, "The model that gave the answer, by its name at that server: another than was asked for where that is an alias, or had to be replaced.") { Place = HeaderPlace.Relayed },
        new(TunnelHeaders.Queue, "On a request that had to wait: its place in the queue when these headers were sent (0 has its slot), what was still to wait, where that can be estimated, and how long it has waited, in seconds: 3; wait=12; waited=10.") { Place = HeaderPlace.Relayed },
        new(TunnelHeaders.Estimated, "true where the LLM server cannot count tokens and the figures are estimates.") { Place = HeaderPlace.Relayed },
        Limit("x-ratelimit-limit-requests", "Requests a minute that the key may send; absent without a limit.", isWhole: false),
        Limit("x-ratelimit-remaining-requests", "How many of them are left now."),
        Limit("x-ratelimit-reset-requests", "When all of them are there again, as a duration: 12ms, 1s, 6m0s.", isWhole: false),
        Limit("x-ratelimit-limit-tokens", "Tokens a minute that the key may use; absent without a limit."),
        Limit("x-ratelimit-remaining-tokens", "How many of them are left now."),
        Limit("x-ratelimit-reset-tokens", "When all of them are there again, as a duration.", isWhole: false),
        .. Anthropic("requests"),
        .. Anthropic("tokens"),
        new("retry-after", "Seconds to wait before the next try, rounded up.") { IsWhole = true, Place = HeaderPlace.ComeBackLater },
        new("retry-after-ms", "The same in milliseconds, exact.") { IsWhole = true, Place = HeaderPlace.ComeBackLater },
        new("x-should-retry", "false where another try cannot help; overrides what SDKs conclude from the status.") { Place = HeaderPlace.MayBeFinal },
        new("www-authenticate", "Bearer.") { Place = HeaderPlace.Unauthorized },
    ];

    private static PublicHeader Limit(string name, string meaning, bool isWhole = true, Dialect? only = null) =>
        new(name, meaning) { IsWhole = isWhole, Place = HeaderPlace.Relayed, Only = only };

    private static PublicHeader[] Anthropic(string what) =>
    [
        Limit($"anthropic-ratelimit-{what}-limit", $"The limit of {what} a minute; absent without one.", only: Dialect.Anthropic),
        Limit($"anthropic-ratelimit-{what}-remaining", "What is left of it.", only: Dialect.Anthropic),
        Limit($"anthropic-ratelimit-{what}-reset", "When all of it is there again, as a time (RFC 3339).", isWhole: false, only: Dialect.Anthropic),
    ];
}
