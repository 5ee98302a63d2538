namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>The counts that a server gave, of whatever dialect, and what they come to.</summary>
internal struct UsageCounts
{
    // No answer takes a million million tokens. What claims to is ignored, and no sum of counts overflows.
    private const long Most = 1_000_000_000_000;

    private long? _prompt;
    private long? _input;
    private long? _completion;
    private long? _total;
    private long? _cached;
    private long? _cacheRead;
    private long? _cacheCreation;
    private long? _processed;
    private long? _fromCache;
    private long? _predicted;
    private long? _billed;
    private decimal? _cost;

    /// <summary>Takes a count; a later one of the same member replaces it.</summary>
    public void Take(UsageMember member, long value)
    {
        if (value is < 0 or > Most)
            return;
        switch (member)
        {
            case UsageMember.Prompt:
                _prompt = value;
                break;
            case UsageMember.Input:
                _input = value;
                break;
            case UsageMember.Completion:
                _completion = value;
                break;
            case UsageMember.Total:
                _total = value;
                break;
            case UsageMember.Cached:
                _cached = value;
                break;
            case UsageMember.CacheRead:
                _cacheRead = value;
                break;
            case UsageMember.CacheCreation:
                _cacheCreation = value;
                break;
            case UsageMember.Processed:
                _processed = value;
                break;
            case UsageMember.FromCache:
                _fromCache = value;
                break;
            case UsageMember.Predicted:
                _predicted = value;
                break;
            case UsageMember.BilledInput:
                _billed = value;
                break;
        }
    }

    /// <summary>Takes what the answer cost, in US dollars; a later figure replaces it.</summary>
    public void TakeCost(decimal value)
    {
        if (value is >= 0 and <= TokenUsage.MostCost)
            _cost = value;
    }

    /// <summary>The usage; null when no count of prompt or answer was given.</summary>
    public readonly TokenUsage? ToUsage()
    {
        var given = _prompt ?? Input ?? _total ?? _billed ?? _processed ?? _completion ?? _predicted;
        if (given is null)
            return null;

        var completion = _completion ?? _predicted ?? 0;
        var prompt = _prompt ?? Input ?? (_total is { } total ? (long?)Math.Max(total - completion, 0) : null) ?? _billed ?? _processed + (_fromCache ?? 0) ?? 0;

        // llama.cpp counts as processed only what did not come from its cache; older ones do not say how much that was.
        var cached = _cached ?? _cacheRead ?? _fromCache ?? (_processed is { } processed ? prompt - processed : 0);
        return new TokenUsage(prompt, completion, Math.Clamp(cached, 0, prompt)) { Cost = _cost };
    }

    // Anthropic counts as input only what was neither read from the cache nor put into it; OpenAI counts all, and has the cached ones among its details.
    private readonly long? Input => _cached is null ? _input + (_cacheRead ?? 0) + (_cacheCreation ?? 0) : _input;
}
