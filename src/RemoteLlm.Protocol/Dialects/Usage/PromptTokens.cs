namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>An estimate of a prompt's tokens.</summary>
/// <param name="Tokens">The estimate, 0 or more.</param>
/// <param name="Margin">Nine times in ten the real count is off by no more than this share of itself, as far as can be told. More than 0; may be above 1.</param>
public readonly record struct PromptTokens(long Tokens, double Margin)
{
    /// <summary>The least that the real count is likely to be: what a refusal of a prompt that cannot fit has to go by.</summary>
    public long Fewest => (long)Math.Floor(Tokens / (1 + Margin));

    /// <summary>The most that the real count is likely to be, and no more than twice the estimate: what has to be reserved for it.</summary>
    public long Most => (long)Math.Ceiling(Tokens / (1 - Math.Clamp(Margin, 0, 0.5)));
}
