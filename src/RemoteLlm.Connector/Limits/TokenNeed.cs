namespace RemoteLlm.Connector.Limits;

/// <summary>What a request will take of its user's limits, by an estimate.</summary>
/// <param name="Prompt">Tokens of the prompt, as likely as not.</param>
/// <param name="PromptMost">Tokens of the prompt that it hardly exceeds; <paramref name="Prompt"/> or more.</param>
/// <param name="Answer">Tokens of the answer: the client's limit, or what is typical of the model.</param>
/// <param name="IsLimit">Whether <paramref name="Answer"/> is the client's limit, which it must fit.</param>
/// <param name="Cost">US dollars, with all of these tokens; 0 where nobody says.</param>
internal readonly record struct TokenNeed(long Prompt, long PromptMost, long Answer, bool IsLimit, decimal Cost)
{
    /// <summary>What it takes at the least, as far as can be told: less than this is no use.</summary>
    public long Certain => Prompt + (IsLimit ? Answer : 0);

    /// <summary>What is taken for it where it is there.</summary>
    public long Whole => PromptMost + Answer;
}
