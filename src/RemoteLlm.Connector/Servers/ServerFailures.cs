namespace RemoteLlm.Connector.Servers;

/// <summary>What follows from a <see cref="ServerFailure"/>, and how it is written.</summary>
public static class ServerFailures
{
    private static readonly string[] s_names =
    [
        "none", "unreachable", "timed_out", "rate_limited", "auth", "context", "model_missing", "endpoint_missing", "loading", "failed", "unreadable", "streaming", "cost", "rejected",
    ];

    /// <summary>Its name in metrics, logs and reports.</summary>
    public static string NameOf(ServerFailure failure) => s_names[(int)failure];

    /// <summary>Whether the request may be tried at another server. The caller sees to it besides that no byte of an answer has gone out.</summary>
    public static bool MayRetryElsewhere(ServerFailure failure) => failure is not (ServerFailure.None or ServerFailure.Streaming or ServerFailure.Rejected);

    /// <summary>Whether it says that the server is not well, which its circuit breaker counts.</summary>
    public static bool CountsAgainstServer(ServerFailure failure) => failure is ServerFailure.Unreachable or ServerFailure.TimedOut or ServerFailure.Auth
        or ServerFailure.Failed or ServerFailure.Unreadable or ServerFailure.Streaming;
}
