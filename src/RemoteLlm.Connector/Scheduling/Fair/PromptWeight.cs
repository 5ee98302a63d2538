using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Scheduling.Fair;

/// <summary>
/// What a token of a prompt costs one server, in tokens of an answer: prompts are read many tokens at a time, answers are made one by one. Learned from finished streams, by the time to their first byte
/// and the time of the rest. Safe for concurrent use.
/// </summary>
internal sealed class PromptWeight
{
    /// <summary>0.1, before anything is learned: a GPU at home reads some 10 tokens in the time of one.</summary>
    public const double Usual = 0.1;

    /// <summary>0.01 is the least.</summary>
    public const double Least = 0.01;

    /// <summary>1 is the most: whatever is measured, nobody reads more slowly than one writes.</summary>
    public const double Most = 1;

    // Below, the time to the first byte is mostly the way to the server and back.
    private const long FewestPrompt = 200;

    // Below, the time of the rest is mostly chance.
    private const long FewestAnswer = 16;

    // No server makes the tokens of one answer so fast: it has kept it back, and sent it whole.
    private const double FastestToken = 0.0002;

    // In the logarithm, since it is a ratio: so that one odd request in ten changes little, and none much.
    private const double Share = 0.1;

    // No request has a million million tokens, and no sum overflows.
    private const long MostTokens = 1_000_000_000_000;

    private readonly Lock _gate = new();
    private double _value = Usual;

    public double Value => Volatile.Read(ref _value);

    /// <summary>What a request will cost, in tokens of an answer: at least 1, so that nothing is free.</summary>
    public double CostOf(ServerWork work) => Math.Max(1, Cost(work.Prompt, work.Answer));

    /// <summary>What a request has cost, in tokens of an answer; what was in the server's cache has cost nothing.</summary>
    public double CostOf(TokenUsage usage) => Cost(usage.PromptTokens - Math.Clamp(usage.CachedTokens, 0, Math.Max(0, usage.PromptTokens)), usage.CompletionTokens);

    /// <summary>A stream has ended well.</summary>
    /// <param name="usage">What the server counted.</param>
    /// <param name="firstByte">From sending to the first byte of the answer.</param>
    /// <param name="rest">From there to the last.</param>
    public void Learn(TokenUsage usage, TimeSpan firstByte, TimeSpan rest)
    {
        var prompt = usage.PromptTokens - usage.CachedTokens;
        if (prompt < FewestPrompt || usage.CompletionTokens < FewestAnswer || firstByte <= TimeSpan.Zero)
            return;
        var token = rest.TotalSeconds / (usage.CompletionTokens - 1);
        if (token < FastestToken)
            return;
        var seen = Math.Clamp(firstByte.TotalSeconds / prompt / token, Least, Most);
        lock (_gate)
            Volatile.Write(ref _value, Math.Clamp(Math.Exp(((1 - Share) * Math.Log(_value)) + (Share * Math.Log(seen))), Least, Most));
    }

    private double Cost(long prompt, long answer) => (Math.Clamp(prompt, 0, MostTokens) * Value) + Math.Clamp(answer, 0, MostTokens);
}
