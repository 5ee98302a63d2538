using System.Globalization;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>Refusals: the request, its key or its model is at fault. Failures of our side are in the other part of this class.</summary>
public static partial class ApiErrors
{
    /// <summary>400 for a body that the scanner could not accept: code <c>invalid_json</c> or <c>invalid_model</c>.</summary>
    public static ApiError InvalidBody(RequestFault fault) => fault.Kind switch
    {
        RequestFaultKind.InvalidModel => new(400, ApiErrorTypes.InvalidRequest, "invalid_model", fault.Reason) { Param = "model" },
        _ => new(400, ApiErrorTypes.InvalidRequest, "invalid_json", string.Create(
            CultureInfo.InvariantCulture,
            $"The request body is not valid JSON: {fault.Reason} (line {fault.Line}, byte {fault.Position}). Send one JSON object, encoded as UTF-8.")),
    };

    /// <summary>400 <c>missing_model</c>: the body names no model.</summary>
    public static ApiError MissingModel() =>
        new(400, ApiErrorTypes.InvalidRequest, "missing_model", "The request names no model. Set \"model\" to one of the ids that GET /v1/models lists.") { Param = "model" };

    /// <summary>413 <c>request_too_large</c>.</summary>
    /// <param name="limit">The largest body accepted, in bytes.</param>
    public static ApiError RequestTooLarge(long limit) =>
        new(413, ApiErrorTypes.InvalidRequest, "request_too_large", $"The request body is larger than {Size(limit)}, the most that is accepted here. Send fewer or smaller images, or a shorter prompt.");

    /// <summary>431 <c>request_headers_too_large</c>.</summary>
    /// <param name="limit">The most bytes of headers accepted.</param>
    public static ApiError RequestHeadersTooLarge(long limit) =>
        new(431, ApiErrorTypes.InvalidRequest, "request_headers_too_large", $"The request headers are larger than {Size(limit)}, the most that is accepted here. Remove cookies or custom headers.");

    /// <summary>401 <c>invalid_api_key</c>: the request brought no key.</summary>
    public static ApiError MissingApiKey() =>
        new(401, ApiErrorTypes.InvalidRequest, "invalid_api_key", "No API key was sent. Send it as 'Authorization: Bearer sk-…' (x-api-key and api-key are read too).");

    /// <summary>401 <c>invalid_api_key</c>: malformed or unknown. One answer for both, and the key is never repeated.</summary>
    public static ApiError InvalidApiKey() =>
        new(401, ApiErrorTypes.InvalidRequest, "invalid_api_key", "The API key is not valid here. Check that it was copied whole and that it belongs to this server; if it was revoked, ask for a new one.");

    /// <summary>403 <c>key_blocked</c>.</summary>
    public static ApiError KeyBlocked() =>
        new(403, ApiErrorTypes.Permission, "key_blocked", "This API key or its owner is blocked. Ask the operator of this server.");

    /// <summary>403 <c>key_expired</c>.</summary>
    /// <param name="expiredAt">When the key ended.</param>
    public static ApiError KeyExpired(DateTimeOffset expiredAt) =>
        new(403, ApiErrorTypes.Permission, "key_expired", string.Create(CultureInfo.InvariantCulture, $"This API key expired at {expiredAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}. Ask for a new one."));

    /// <summary>403 <c>model_not_allowed</c>: the model exists, but not for this key.</summary>
    public static ApiError ModelNotAllowed(string model) =>
        new(403, ApiErrorTypes.Permission, "model_not_allowed", $"This API key may not use the model {ClientText.Quote(model)}. GET /v1/models lists the ones it may use.") { Param = "model" };

    /// <summary>404 <c>model_not_found</c>: nobody serves it.</summary>
    /// <param name="model">The id that was asked for.</param>
    /// <param name="known">The ids that this key may use, so that near misses can be named.</param>
    public static ApiError ModelNotFound(string model, IEnumerable<string> known)
    {
        var meant = NearMisses.Find(model, known);
        var hint = meant.Count == 0 ? "GET /v1/models lists what is served now." : $"Did you mean {string.Join(" or ", meant.Select(ClientText.Quote))}?";
        return new(404, ApiErrorTypes.InvalidRequest, "model_not_found", $"The model {ClientText.Quote(model)} is not served here. {hint}") { Param = "model" };
    }

    /// <summary>404 <c>endpoint_not_served</c>.</summary>
    public static ApiError EndpointNotServed(string method, string path) =>
        new(404, ApiErrorTypes.InvalidRequest, "endpoint_not_served", $"{ClientText.Quote($"{method} {path}")} is not served here. The base URL of a client ends in /v1; POST /v1/chat/completions, /v1/completions, /v1/embeddings and GET /v1/models are served.");

    /// <summary>405 <c>method_not_allowed</c>, with its <c>Allow</c> header.</summary>
    /// <param name="method">The method that was used.</param>
    /// <param name="path">Where.</param>
    /// <param name="allowed">The methods that work there, as the header lists them: <c>GET, HEAD</c>.</param>
    public static ApiError MethodNotAllowed(string method, string path, string allowed) =>
        new(405, ApiErrorTypes.InvalidRequest, "method_not_allowed", $"{ClientText.Quote(path)} does not take {ClientText.Quote(method)}. Use {allowed}.") { AllowedMethods = allowed };

    /// <summary>429 <c>rate_limit_exceeded</c>: the bucket of requests is empty.</summary>
    /// <param name="requestsPerMinute">The limit in force.</param>
    /// <param name="retryAfter">Exactly when the next request fits.</param>
    public static ApiError RateLimitExceeded(double requestsPerMinute, TimeSpan retryAfter) =>
        new(429, ApiErrorTypes.RateLimit, "rate_limit_exceeded", string.Create(
            CultureInfo.InvariantCulture,
            $"Too many requests: this key may send {requestsPerMinute:0.##} per minute. Try again in {Seconds(retryAfter)} s.")) { RetryAfter = retryAfter };

    private static string Size(long bytes) => bytes >= 1 << 20 && bytes % (1 << 20) == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");

    private static string Seconds(TimeSpan wait) => Math.Max(0.001, Math.Ceiling(wait.TotalMilliseconds) / 1000).ToString("0.###", CultureInfo.InvariantCulture);
}
