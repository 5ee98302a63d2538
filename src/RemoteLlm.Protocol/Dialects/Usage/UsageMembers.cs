namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>Which member of which object means what, over all dialects: their names do not collide.</summary>
internal static class UsageMembers
{
    /// <summary>What a member of this name means in this object.</summary>
    public static UsageMember Recognise(UsageSection section, ReadOnlySpan<byte> name) => section switch
    {
        UsageSection.Root => InRoot(name),
        UsageSection.Envelope => name.SequenceEqual("usage"u8) ? UsageMember.Usage : UsageMember.Other,
        UsageSection.Delta => name.SequenceEqual("stop_reason"u8) ? UsageMember.StopReason : UsageMember.Other,
        UsageSection.Choices => name.SequenceEqual("finish_reason"u8) ? UsageMember.FinishReason : UsageMember.Other,
        UsageSection.Usage => InUsage(name),
        UsageSection.PromptDetails => name.SequenceEqual("cached_tokens"u8) ? UsageMember.Cached : UsageMember.Other,
        UsageSection.Timings => InTimings(name),
        UsageSection.Meta when name.SequenceEqual("tokens"u8) => UsageMember.MetaTokens,
        UsageSection.Meta when name.SequenceEqual("billed_units"u8) => UsageMember.BilledUnits,
        UsageSection.MetaTokens when name.SequenceEqual("input_tokens"u8) => UsageMember.Prompt,
        UsageSection.BilledUnits when name.SequenceEqual("input_tokens"u8) => UsageMember.BilledInput,
        _ => UsageMember.Other,
    };

    /// <summary>What the object or array of a member is; null when nothing in it matters.</summary>
    public static UsageSection? SectionOf(UsageMember member) => member switch
    {
        UsageMember.Envelope => UsageSection.Envelope,
        UsageMember.Delta => UsageSection.Delta,
        UsageMember.Choices => UsageSection.Choices,
        UsageMember.Usage => UsageSection.Usage,
        UsageMember.PromptDetails => UsageSection.PromptDetails,
        UsageMember.Timings => UsageSection.Timings,
        UsageMember.Meta => UsageSection.Meta,
        UsageMember.MetaTokens => UsageSection.MetaTokens,
        UsageMember.BilledUnits => UsageSection.BilledUnits,
        _ => null,
    };

    /// <summary>What a section is in that ends with so many containers left open.</summary>
    public static UsageSection ParentOf(UsageSection section, int depth) => section switch
    {
        UsageSection.PromptDetails => UsageSection.Usage,
        UsageSection.Usage when depth > 1 => UsageSection.Envelope,
        UsageSection.MetaTokens or UsageSection.BilledUnits => UsageSection.Meta,
        _ => UsageSection.Root,
    };

    private static UsageMember InRoot(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("choices"u8))
            return UsageMember.Choices;
        if (name.SequenceEqual("usage"u8))
            return UsageMember.Usage;
        if (name.SequenceEqual("type"u8))
            return UsageMember.Type;
        if (name.SequenceEqual("message"u8) || name.SequenceEqual("response"u8))
            return UsageMember.Envelope;
        if (name.SequenceEqual("delta"u8))
            return UsageMember.Delta;
        if (name.SequenceEqual("timings"u8))
            return UsageMember.Timings;
        if (name.SequenceEqual("meta"u8))
            return UsageMember.Meta;
        if (name.SequenceEqual("error"u8))
            return UsageMember.Error;

        // Ollama's.
        if (name.SequenceEqual("done"u8))
            return UsageMember.Done;
        if (name.SequenceEqual("status"u8))
            return UsageMember.Status;
        if (name.SequenceEqual("prompt_eval_count"u8))
            return UsageMember.Prompt;
        return name.SequenceEqual("eval_count"u8) ? UsageMember.Completion : UsageMember.Other;
    }

    private static UsageMember InUsage(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("prompt_tokens"u8))
            return UsageMember.Prompt;
        if (name.SequenceEqual("input_tokens"u8))
            return UsageMember.Input;
        if (name.SequenceEqual("completion_tokens"u8) || name.SequenceEqual("output_tokens"u8))
            return UsageMember.Completion;
        if (name.SequenceEqual("total_tokens"u8))
            return UsageMember.Total;
        if (name.SequenceEqual("prompt_tokens_details"u8) || name.SequenceEqual("input_tokens_details"u8))
            return UsageMember.PromptDetails;
        if (name.SequenceEqual("cache_read_input_tokens"u8))
            return UsageMember.CacheRead;
        if (name.SequenceEqual("cost"u8))
            return UsageMember.Cost;
        return name.SequenceEqual("cache_creation_input_tokens"u8) ? UsageMember.CacheCreation : UsageMember.Other;
    }

    private static UsageMember InTimings(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("prompt_n"u8))
            return UsageMember.Processed;
        if (name.SequenceEqual("cache_n"u8))
            return UsageMember.FromCache;
        return name.SequenceEqual("predicted_n"u8) ? UsageMember.Predicted : UsageMember.Other;
    }
}
