using System.Runtime.InteropServices;

namespace RemoteLlm.Broker.Usage.History;

/// <summary>What some requests used together.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct HistoryFigures
{
    private FirstTokenTimes _firstTokens;
    private long _firstTokenSum;
    private int _firstTokenCount;

    public int Requests { get; private set; }

    /// <summary>Requests that ended with an error, stopped ones not among them.</summary>
    public int Errors { get; private set; }

    /// <summary>Requests that their callers left or an operator cancelled.</summary>
    public int Stopped { get; private set; }

    /// <summary>Tokens of prompts, the cached ones among them.</summary>
    public long PromptTokens { get; private set; }

    public long CachedTokens { get; private set; }

    public long CompletionTokens { get; private set; }

    /// <summary>US dollars, of those requests whose cost is known.</summary>
    public decimal Cost { get; private set; }

    /// <summary>Mean time to the first token, ms; null when no request had one.</summary>
    public readonly double? FirstTokenMean => _firstTokenCount == 0 ? null : (double)_firstTokenSum / _firstTokenCount;

    /// <summary>The time within which 19 of 20 requests had their first token, ms, roughly; null when none had one.</summary>
    public readonly double? FirstTokenP95 => _firstTokens.Percentile(0.95);

    /// <summary>Counts one request.</summary>
    public void Add(in HistoryEntry entry)
    {
        Requests++;
        Errors += entry.Outcome == UsageOutcome.Failed ? 1 : 0;
        Stopped += entry.Outcome == UsageOutcome.Stopped ? 1 : 0;
        PromptTokens += entry.PromptTokens;
        CachedTokens += entry.CachedTokens;
        CompletionTokens += entry.CompletionTokens;
        Cost += entry.Cost;
        if (entry.FirstTokenMs is not { } first)
            return;
        _firstTokens.Add(first);
        _firstTokenSum += first;
        _firstTokenCount++;
    }

    /// <summary>Counts the requests of others too.</summary>
    public void Add(HistoryFigures other)
    {
        Requests += other.Requests;
        Errors += other.Errors;
        Stopped += other.Stopped;
        PromptTokens += other.PromptTokens;
        CachedTokens += other.CachedTokens;
        CompletionTokens += other.CompletionTokens;
        Cost += other.Cost;
        _firstTokens.Add(other._firstTokens);
        _firstTokenSum += other._firstTokenSum;
        _firstTokenCount += other._firstTokenCount;
    }
}
