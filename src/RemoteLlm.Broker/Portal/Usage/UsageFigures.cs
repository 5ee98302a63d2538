using RemoteLlm.Broker.Usage.History;

namespace RemoteLlm.Broker.Portal.Usage;

/// <summary>What some requests used together, as a page shows it.</summary>
/// <param name="Requests">How many there were.</param>
/// <param name="Errors">How many of them ended with an error.</param>
/// <param name="Stopped">How many their callers left or an operator cancelled.</param>
/// <param name="PromptTokens">Tokens of prompts, the cached ones among them.</param>
/// <param name="CachedTokens">Tokens of prompts that servers had in their caches.</param>
/// <param name="CompletionTokens">Tokens of answers.</param>
/// <param name="Cost">US dollars, of those whose cost is known.</param>
/// <param name="FirstToken">Mean time to the first token, ms; null when none came.</param>
/// <param name="FirstTokenP95">The time within which 19 of 20 had their first token, ms, roughly.</param>
public sealed record UsageFigures(int Requests, int Errors, int Stopped, long PromptTokens, long CachedTokens, long CompletionTokens, decimal Cost, double? FirstToken, double? FirstTokenP95)
{
    /// <summary>Tokens of prompts and answers: what budgets count.</summary>
    public long Tokens => PromptTokens + CompletionTokens;

    /// <summary>Requests that were answered to their end.</summary>
    public int Answered => Requests - Errors - Stopped;

    internal static UsageFigures Of(HistoryFigures figures) => new(
        figures.Requests, figures.Errors, figures.Stopped, figures.PromptTokens, figures.CachedTokens, figures.CompletionTokens, figures.Cost, figures.FirstTokenMean, figures.FirstTokenP95);
}
