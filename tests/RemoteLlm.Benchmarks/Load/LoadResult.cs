namespace RemoteLlm.Benchmarks.Load;

/// <summary>What the load process saw in one measurement.</summary>
internal sealed record LoadResult
{
    /// <summary>How long the window was open.</summary>
    public required double Seconds { get; init; }

    /// <summary>Answers that were complete within the window.</summary>
    public required long Requests { get; init; }

    /// <summary>Chunks that came within the window.</summary>
    public required long Chunks { get; init; }

    /// <summary>Bytes of bodies that came within the window.</summary>
    public required long Bytes { get; init; }

    /// <summary>Chunks that came at all, warm-up and tail included; what CPU time is divided by.</summary>
    public required long AllChunks { get; init; }

    /// <summary>Answers that were complete at all, those of warm-up and tail included.</summary>
    public required long AllRequests { get; init; }

    /// <summary>Requests that failed, ended early, or whose events were not those that the server sent.</summary>
    public required long Errors { get; init; }

    /// <summary>Of the errors, those without a single chunk.</summary>
    public long EarlyErrors { get; init; }

    /// <summary>Of the errors after a chunk, those that the stream itself told of.</summary>
    public long ToldErrors { get; init; }

    /// <summary>Answers that were complete within the window, by the server that the answer names.</summary>
    public IReadOnlyDictionary<string, long> ByServer { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>The first failure, in words.</summary>
    public string? FirstError { get; init; }

    /// <summary>From sending the request to its first chunk, or to the first bytes of an answer that is no stream; milliseconds.</summary>
    public Percentiles? FirstToken { get; init; }

    /// <summary>From sending the request to the end of its answer, of those that were as they should be; milliseconds.</summary>
    public Percentiles? Whole { get; init; }

    /// <summary>From a chunk's being written by the LLM server to its arrival, the first of a stream excepted; milliseconds. Paced streams only.</summary>
    public Percentiles? OneWay { get; init; }

    /// <summary>Between the arrivals of two chunks; milliseconds. Paced streams only.</summary>
    public Percentiles? Gap { get; init; }

    /// <summary>
    /// By how much a gap was longer than that between the same two chunks at the LLM server, whose own unevenness so does not count; 0 where it
    /// was shorter. Milliseconds. Paced streams only.
    /// </summary>
    public Percentiles? AddedGap { get; init; }
}
