namespace RemoteLlm.Benchmarks.Load;

/// <summary>One measurement, as the run asks it of the load process.</summary>
internal sealed record LoadCommand
{
    /// <summary>The port on 127.0.0.1 that takes the requests.</summary>
    public required int Port { get; init; }

    /// <summary>The key that the requests carry.</summary>
    public required string ApiKey { get; init; }

    /// <summary>What is asked for; all but <see cref="RequestText.Chat"/> is answered whole.</summary>
    public string Path { get; init; } = RequestText.Chat;

    /// <summary>How many callers there are; each has one connection and one request at a time.</summary>
    public required int Callers { get; init; }

    /// <summary>Whether the answers are streams.</summary>
    public required bool Stream { get; init; }

    /// <summary>Chunks per stream.</summary>
    public int Chunks { get; init; }

    /// <summary>Microseconds between two chunks; 0 = none.</summary>
    public int GapMicroseconds { get; init; }

    /// <summary>Milliseconds until the LLM server answers.</summary>
    public int ThinkMilliseconds { get; init; }

    /// <summary>Every request is a conversation of its own; else all are one, which is at home where it was first.</summary>
    public bool OwnConversations { get; init; }

    /// <summary>Milliseconds over which the callers begin, so that they do not ask in step; 0 = all at once.</summary>
    public int SpreadMilliseconds { get; init; }

    /// <summary>Bytes of an answer that is no stream; 0 = a short completion.</summary>
    public int AnswerBytes { get; init; }

    /// <summary>Bytes by which the request's body is longer than it must be.</summary>
    public int UploadBytes { get; init; }

    /// <summary>Milliseconds between an answer and the caller's next request.</summary>
    public int PauseMilliseconds { get; init; }

    /// <summary>Break off what runs when the window closes, instead of waiting for its end; that is no error then.</summary>
    public bool BreakOff { get; init; }

    /// <summary>Requests per caller; 0 = until the window closes.</summary>
    public int RequestsPerCaller { get; init; }

    /// <summary>Seconds before the window, in which nothing is counted.</summary>
    public double WarmUpSeconds { get; init; }

    /// <summary>Seconds that are counted. With <see cref="RequestsPerCaller"/> the window is open until the last caller is done.</summary>
    public double Seconds { get; init; }
}
