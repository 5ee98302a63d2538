using System.Text.Json.Serialization;

namespace RemoteLlm.Connector.Status;

/// <summary>What requests came to since the start: at one server and model, or in total.</summary>
public sealed record StatusRow
{
    /// <summary>The server; null for requests that reached none, and in the total.</summary>
    public string? Server { get; init; }

    /// <summary>The model there; null likewise.</summary>
    public string? Model { get; init; }

    /// <summary>Requests that ended.</summary>
    public long Requests { get; init; }

    /// <summary>Those of them that ended with an error.</summary>
    public long Errors { get; init; }

    /// <summary>How many, by the error's code.</summary>
    public IReadOnlyDictionary<string, long> ErrorsByCode { get; init; } = new Dictionary<string, long>();

    /// <summary>Tries that failed at the server, by what came of them; those that another server then served are among them.</summary>
    public IReadOnlyDictionary<string, long> Failures { get; init; } = new Dictionary<string, long>();

    /// <summary>Tokens of the prompts, the cached ones among them.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Tokens of the prompts that the server had in its cache.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Tokens of the answers.</summary>
    public long CompletionTokens { get; init; }

    /// <summary>US dollars, as far as known; null when of no request.</summary>
    public decimal? Cost { get; init; }

    /// <summary>From arrival to end, of requests that ended well; null when none did.</summary>
    public StatusQuantiles? Latency { get; init; }

    /// <summary>From sending to the first byte of the answer's body, of the same.</summary>
    public StatusQuantiles? FirstToken { get; init; }

    /// <summary>The share that ended with an error, 0 to 1; null when none ended.</summary>
    [JsonIgnore]
    public double? ErrorRate => Requests == 0 ? null : (double)Errors / Requests;
}

/// <summary>Quantiles in seconds, each within 2 % of the true one.</summary>
/// <param name="P50">Half took no longer.</param>
/// <param name="P95">19 of 20 took no longer.</param>
/// <param name="P99">99 of 100 took no longer.</param>
public sealed record StatusQuantiles(double P50, double P95, double P99);
