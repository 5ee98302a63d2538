using System.Globalization;

namespace RemoteLlm.Protocol.Dialects.Errors;

// Failures: the request was fine, our side or the LLM server was not.
public static partial class ApiErrors
{
    /// <summary>502 <c>upstream_error</c>: the LLM server could not be reached, or broke off before it answered.</summary>
    public static ApiError UpstreamError() =>
        new(502, ApiErrorTypes.Server, "upstream_error", "The LLM server behind this model could not be reached or broke off before it answered. Try again; if it stays, its operator has to look.");

    /// <summary>502 <c>upstream_auth</c>: the LLM server refused the connector's own credential. A 401 would tell the client that its key is wrong, which it is not.</summary>
    public static ApiError UpstreamRefusesUs() =>
        new(502, ApiErrorTypes.Server, "upstream_auth", "The LLM server behind this model refused the connector's own access. Your key is fine; the connector's owner has to look at the server's key.");

    /// <summary>429 <c>upstream_rate_limited</c>: the LLM servers of the model want to be left alone, by their own limits.</summary>
    /// <param name="retryAfter">Until the first of them may be asked again.</param>
    public static ApiError UpstreamRateLimited(TimeSpan retryAfter) =>
        new(429, ApiErrorTypes.RateLimit, "upstream_rate_limited", $"The LLM server behind this model is at its own limit of requests or tokens. Try again in {Seconds(retryAfter)} s, or use another model.") { RetryAfter = retryAfter };

    /// <summary>503 <c>connector_offline</c>: the machine that serves the model is known but not connected.</summary>
    /// <param name="retryAfter">When it may be back.</param>
    public static ApiError ConnectorOffline(TimeSpan retryAfter) =>
        new(503, ApiErrorTypes.Server, "connector_offline", "The machine that serves this model is not connected at the moment. Try again shortly, or use another model.") { RetryAfter = retryAfter };

    /// <summary>503 <c>sharing_paused</c>: the owner of the machine that serves the model shares it, but not now.</summary>
    /// <param name="opensAt">When it is shared again; null when only the owner knows.</param>
    /// <param name="now">The moment of the refusal.</param>
    public static ApiError SharingPaused(DateTimeOffset? opensAt, DateTimeOffset now) => opensAt is { } at
        ? new(503, ApiErrorTypes.Server, "sharing_paused", string.Create(
            CultureInfo.InvariantCulture,
            $"The owner of the machine that serves this model shares it at certain hours only, next from {at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}. Try again then, or use another model.")) { RetryAfter = at > now ? at - now : TimeSpan.Zero }
        : new(503, ApiErrorTypes.Server, "sharing_paused", "The owner of the machine that serves this model has paused sharing. Try again later, or use another model.")
        {
            // Nobody knows; a program that looks once a minute does no harm, and one that hurries gains nothing.
            RetryAfter = TimeSpan.FromMinutes(1),
            ShouldRetry = false,
        };

    /// <summary>503 <c>queue_full</c>: everybody is waiting already.</summary>
    /// <param name="retryAfter">When a place may be free.</param>
    public static ApiError QueueFull(TimeSpan retryAfter) =>
        new(503, ApiErrorTypes.Server, "queue_full", "All slots for this model are busy and its queue is full. Try again shortly.") { RetryAfter = retryAfter };

    /// <summary>503 <c>model_loading</c>: the LLM server is there but not ready yet.</summary>
    /// <param name="retryAfter">When it may be.</param>
    public static ApiError ModelLoading(TimeSpan retryAfter) =>
        new(503, ApiErrorTypes.Server, "model_loading", $"The LLM server is loading this model. Try again in {Seconds(retryAfter)} s.") { RetryAfter = retryAfter };

    /// <summary>503 <c>body_storage_full</c>: large bodies wait in files, and there is no room for another.</summary>
    /// <param name="retryAfter">When there may be room.</param>
    public static ApiError BodyStorageFull(TimeSpan retryAfter) =>
        new(503, ApiErrorTypes.Server, "body_storage_full", "There is no room here at the moment to hold a request of this size. Try again shortly, or send a smaller request.") { RetryAfter = retryAfter };

    /// <summary>504 <c>upstream_timeout</c>: nobody took the request from the queue within the limit.</summary>
    /// <param name="limit">The longest wait there is.</param>
    public static ApiError QueueTimeout(TimeSpan limit) =>
        new(504, ApiErrorTypes.Server, "upstream_timeout", $"All slots for this model were busy for {Seconds(limit)} s, the longest that a request waits here. Try again later.");

    /// <summary>504 <c>upstream_timeout</c>: no byte came within the limit.</summary>
    /// <param name="limit">The clock that ran out.</param>
    public static ApiError UpstreamTimeout(TimeSpan limit) =>
        new(504, ApiErrorTypes.Server, "upstream_timeout", $"The LLM server sent nothing for {Seconds(limit)} s, the most that is waited for here. Try a shorter prompt, or ask the operator for a longer limit.");

    /// <summary>502 <c>upstream_error</c>: the LLM server answered, but not with what was asked for.</summary>
    public static ApiError UpstreamUnreadable() =>
        new(502, ApiErrorTypes.Server, "upstream_error", "The LLM server behind this model answered with something that is no answer to this request. Its owner has to look whether it serves this endpoint.");

    /// <summary>The LLM server's own refusal or failure (<c>upstream_error</c>) where its answer itself cannot be passed on. A failure of the server is a 502 of ours.</summary>
    /// <param name="status">Its status, 400 or more.</param>
    /// <param name="message">What it said; empty when it said nothing that can be read.</param>
    public static ApiError UpstreamSaid(int status, string message) => new(
        status >= 500 ? 502 : status,
        status >= 500 ? ApiErrorTypes.Server : status == 429 ? ApiErrorTypes.RateLimit : ApiErrorTypes.InvalidRequest,
        "upstream_error",
        message.Length == 0 ? $"The LLM server behind this model answered with status {status} and no reason." : $"The LLM server behind this model answered with status {status}: {message}");

    /// <summary>
    /// In-band <c>stream_interrupted</c>: the LLM server or the way to it was lost after the answer had begun, so the answer is not whole.
    /// </summary>
    public static ApiError StreamInterrupted() =>
        new(502, ApiErrorTypes.Server, "stream_interrupted", "The answer was cut off: the LLM server or the line to it was lost. What came so far is not complete; send the request again.");

    /// <summary>In-band <c>stream_interrupted</c>: the LLM server fell silent in the midst of its answer, for longer than is waited for.</summary>
    /// <param name="limit">The clock that ran out.</param>
    public static ApiError StreamSilent(TimeSpan limit) =>
        new(502, ApiErrorTypes.Server, "stream_interrupted", $"The answer was cut off: the LLM server sent nothing more for {Seconds(limit)} s, the most that is waited for here. What came so far is not complete; send the request again.");

    /// <summary>500 <c>internal_error</c>: a fault of ours.</summary>
    public static ApiError Internal() =>
        new(500, ApiErrorTypes.Server, "internal_error", "Something went wrong here. Try again; if it stays, give the operator the x-request-id of this answer.");
}
