using RemoteLlm.Broker.Usage.Files;

namespace RemoteLlm.Broker.Usage.Queries;

/// <summary>What several requests used together.</summary>
/// <param name="name">Of whom or what it is the sum; the key's name where it is one of a user's keys.</param>
internal sealed class UsageSum(string name)
{
    /// <summary>Of whom or what it is the sum.</summary>
    public string Name { get; set; } = name;

    /// <summary>Whose key it is; null where keys are not told apart.</summary>
    public string? User { get; init; }

    /// <summary>What the ledger calls the key; null where keys are not told apart, and where it has nothing but the name.</summary>
    public string? KeyId { get; init; }

    /// <summary>Requests that were admitted, whatever became of them.</summary>
    public long Requests { get; private set; }

    /// <summary>Tokens of prompts, the cached ones among them.</summary>
    public long PromptTokens { get; private set; }

    /// <summary>Tokens of prompts that servers had in their caches.</summary>
    public long CachedTokens { get; private set; }

    /// <summary>Tokens of answers.</summary>
    public long CompletionTokens { get; private set; }

    /// <summary>US dollars, of those requests whose cost is known.</summary>
    public decimal Cost { get; private set; }

    /// <summary>Requests that ended with an error, stopped ones not among them.</summary>
    public long Errors { get; private set; }

    /// <summary>Requests that their callers left or an operator cancelled.</summary>
    public long Stopped { get; private set; }

    /// <summary>Adds one request.</summary>
    public void Add(ref UsageLine line)
    {
        Requests++;
        PromptTokens += line.PromptTokens;
        CachedTokens += line.CachedTokens;
        CompletionTokens += line.CompletionTokens;
        Cost += line.Cost;
        Errors += line.Outcome == UsageOutcome.Failed ? 1 : 0;
        Stopped += line.Outcome == UsageOutcome.Stopped ? 1 : 0;
    }
}
