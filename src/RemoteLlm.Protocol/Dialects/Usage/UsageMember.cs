namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>What the innermost object is of which members are told apart.</summary>
internal enum UsageSection
{
    /// <summary>The document itself.</summary>
    Root,

    /// <summary>The message or response that an event brings, in which Anthropic and the Responses API have their usage.</summary>
    Envelope,

    /// <summary>What an event of Anthropic's adds.</summary>
    Delta,

    /// <summary>The array of choices; its members are those of the objects in it.</summary>
    Choices,
    Usage,
    PromptDetails,

    /// <summary>llama.cpp's.</summary>
    Timings,

    /// <summary>Cohere's, with the two below.</summary>
    Meta,
    MetaTokens,
    BilledUnits,
}

/// <summary>The members that tell something of usage, or of the end of a stream.</summary>
internal enum UsageMember
{
    Other,

    // Objects and arrays.
    Envelope,
    Delta,
    Choices,
    Usage,
    PromptDetails,
    Timings,
    Meta,
    MetaTokens,
    BilledUnits,

    // Counts.
    Prompt,
    Input,
    Completion,
    Total,
    Cached,
    CacheRead,
    CacheCreation,
    Processed,
    FromCache,
    Predicted,
    BilledInput,

    // Money.
    Cost,

    // Signs of the end.
    Type,
    Error,
    FinishReason,
    StopReason,
    Done,
    Status,
}
