using System.Diagnostics.CodeAnalysis;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Usage;

/// <summary>
/// What a figure of a record can be at most. Far above what a request uses and far below what would make sums overflow; a record beyond, sent or found in a file, is a fault of whoever made it.
/// </summary>
internal static class UsageLimits
{
    /// <summary>Characters of a name.</summary>
    public const int MaxName = UsageBatch.LongestText;

    /// <summary>Tokens of a prompt or of an answer.</summary>
    public const long MaxTokens = 1_000_000_000;

    /// <summary>US dollars.</summary>
    public const decimal MaxCost = 1_000_000;

    /// <summary>A request's time, ms: 35 days.</summary>
    public const long MaxDuration = 35L * 24 * 60 * 60 * 1000;

    /// <summary>Digits behind the point of a cost. With as many, the sums of a month are exact.</summary>
    public const int CostDigits = 10;

    /// <summary>Whether all figures of a record can be true; if not, which one is not. A key may have no name and a request no model: what they used counts all the same.</summary>
    public static bool AreGood(UsageRecord record, [NotNullWhen(false)] out string? fault)
    {
        fault = IsText(record.User) && IsText(record.Operation) && IsName(record.Key) && IsName(record.Model) && IsShort(record.KeyId) && IsShort(record.Server) && IsShort(record.ServedModel) && IsShort(record.Error)
            ? Numbers(record)
            : "a name is missing or too long";
        return fault is null;
    }

    /// <summary>Whether tokens are from 0 to what can be, the cached ones among those of the prompt.</summary>
    public static bool AreTokens(long prompt, long cached, long completion) =>
        prompt is >= 0 and <= MaxTokens && completion is >= 0 and <= MaxTokens && cached >= 0 && cached <= prompt;

    /// <summary>Whether a cost is from 0 to what can be.</summary>
    public static bool IsCost(decimal? cost) => cost is null or (>= 0 and <= MaxCost);

    private static string? Numbers(UsageRecord record) =>
        !AreTokens(record.PromptTokens, record.CachedTokens, record.CompletionTokens) ? "its tokens cannot be"
        : !IsCost(record.Cost) ? "its cost cannot be"
        : !IsTime(record.QueuedMs) || !IsTime(record.DurationMs) || !IsTime(record.FirstTokenMs ?? 0) ? "its times cannot be"
        : record.Status is < 100 or > 999 ? "its status is none"
        : null;

    private static bool IsTime(long milliseconds) => milliseconds is >= 0 and <= MaxDuration;

    private static bool IsName(string? text) => text is { Length: <= MaxName };

    private static bool IsText(string? text) => text is { Length: > 0 and <= MaxName };

    private static bool IsShort(string? text) => text is null or { Length: <= MaxName };
}
