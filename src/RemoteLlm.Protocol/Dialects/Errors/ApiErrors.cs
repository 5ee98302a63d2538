using System.Globalization;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>Refusals: the request, its key or its model is at fault. Failures of our side are in the other part of this class.</summary>
public static partial class ApiErrors
{
    /// <summary>400 for a body that the scanner could not accept: code <c>invalid_json</c> or <c>invalid_model</c>.</summary>
    public static ApiError InvalidBody(RequestFault fault) => fault.Kind switch
    {
        RequestFaultKind.InvalidMultipart => new(400, ApiErrorTypes.InvalidRequest, "invalid_multipart", string.Create(
            CultureInfo.InvariantCulture,
            $"The request body is not valid multipart/form-data: {fault.Reason} (byte {fault.Position}). Send it as your client library makes it, with its boundary in Content-Type.")),
        RequestFaultKind.InvalidModel => new(400, ApiErrorTypes.InvalidRequest, "invalid_model", fault.Reason) { Param = "model" },
        _ => new(400, ApiErrorTypes.InvalidRequest, "invalid_json", string.Create(
            CultureInfo.InvariantCulture,
            $"The request body is not valid JSON: {fault.Reason} (line {fault.Line}, byte {fault.Position}). Send one JSON object, encoded as UTF-8.")),
    };

    /// <summary>400 <c>invalid_multipart</c>: the endpoint takes a form, and something else was sent.</summary>
    public static ApiError NotMultipart() =>
        new(400, ApiErrorTypes.InvalidRequest, "invalid_multipart", "This endpoint takes multipart/form-data with a boundary, as client libraries send it: the recording in the field file, the model's id in the field model.");

    /// <summary>400 <c>missing_model</c>: the body names no model.</summary>
    public static ApiError MissingModel() =>
        new(400, ApiErrorTypes.InvalidRequest, "missing_model", "The request names no model. Set \"model\" to one of the ids that GET /v1/models lists.") { Param = "model" };

    /// <summary>400 <c>invalid_body</c>: where the body ends, or one of its chunks, is not what was announced.</summary>
    public static ApiError BrokenBody() =>
        new(400, ApiErrorTypes.InvalidRequest, "invalid_body", "The request body cannot be read: its chunks or its trailers are not valid HTTP. Send it as your client library makes it; a proxy on the way may have damaged it.");

    /// <summary>400 <c>invalid_request</c>: the class that the request asks for is none.</summary>
    public static ApiError UnknownClass() =>
        new(400, ApiErrorTypes.InvalidRequest, "invalid_request", "The header x-remotellm-class is not understood. Send interactive or batch, once, or leave it out.");

    /// <summary>413 <c>request_too_large</c>.</summary>
    /// <param name="limit">The largest body accepted, in bytes.</param>
    public static ApiError RequestTooLarge(long limit) =>
        new(413, ApiErrorTypes.InvalidRequest, "request_too_large", $"The request body is larger than {Size(limit)}, the most that is accepted here. Send fewer or smaller images, or a shorter prompt.");

    /// <summary>431 <c>request_headers_too_large</c>.</summary>
    /// <param name="limit">The most bytes of headers accepted.</param>
    public static ApiError RequestHeadersTooLarge(long limit) =>
        new(431, ApiErrorTypes.InvalidRequest, "request_headers_too_large", $"The request headers are more or larger than is accepted here, {Size(limit)} together. Remove cookies or custom headers.");

    // Claude Code tries a 401 again for minutes, without a word, unless it is told not to.

    /// <summary>401 <c>invalid_api_key</c>: the request brought no key.</summary>
    public static ApiError MissingApiKey() =>
        new(401, ApiErrorTypes.InvalidRequest, "invalid_api_key", "No API key was sent. Send it as 'Authorization: Bearer sk-…' (x-api-key and api-key are read too).") { ShouldRetry = false };

    /// <summary>401 <c>invalid_api_key</c>: malformed or unknown. One answer for both, and the key is never repeated.</summary>
    public static ApiError InvalidApiKey() =>
        new(401, ApiErrorTypes.InvalidRequest, "invalid_api_key", "The API key is not valid here. Check that it was copied whole and that it belongs to this server; if it was revoked, ask for a new one.") { ShouldRetry = false };

    /// <summary>403 <c>key_blocked</c>.</summary>
    public static ApiError KeyBlocked() =>
        new(403, ApiErrorTypes.Permission, "key_blocked", "This API key or its owner is blocked. Ask the operator of this server.");

    /// <summary>403 <c>key_expired</c>.</summary>
    /// <param name="expiredAt">When the key ended.</param>
    public static ApiError KeyExpired(DateTimeOffset expiredAt) =>
        new(403, ApiErrorTypes.Permission, "key_expired", string.Create(CultureInfo.InvariantCulture, $"This API key expired at {expiredAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}. Ask for a new one."));

    /// <summary>403 <c>request_cancelled</c>: an operator ended the request; in-band where its answer had begun.</summary>
    public static ApiError RequestCancelled() =>
        new(403, ApiErrorTypes.Permission, "request_cancelled", "An operator of this server cancelled this request. Whatever came of its answer is not complete. Your key is fine; ask the operator before you send it again.") { ShouldRetry = false };

    /// <summary>403 <c>not_allowed_here</c>: a connector's owner does not serve the key's user.</summary>
    public static ApiError NotAllowedHere() =>
        new(403, ApiErrorTypes.Permission, "not_allowed_here", "The owner of the machine that serves this model does not share it with you. Your key is fine; ask the owner, or use another model.");

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

    /// <summary>400 <c>context_length_exceeded</c>: coding agents compact their conversation on exactly this code.</summary>
    /// <param name="detail">What the LLM server said, numbers included; bounded by the caller.</param>
    public static ApiError ContextLengthExceeded(string detail) =>
        // Anthropic's clients look for these first words instead of a code.
        new(400, ApiErrorTypes.InvalidRequest, "context_length_exceeded", $"prompt is too long: {detail.TrimEnd('.')}. Shorten the conversation or use a model with a longer context.") { Param = "messages" };

    /// <summary>400 <c>misplaced_system_message</c>: the LLM server takes a system message at the beginning only.</summary>
    /// <param name="detail">What the LLM server said; bounded by the caller.</param>
    public static ApiError MisplacedSystemMessage(string detail) =>
        // As Anthropic's API says it: on "Unexpected role" and "input message role" Claude Code sends the same again without such messages, and from then on none.
        new(400, ApiErrorTypes.InvalidRequest, "misplaced_system_message", $"messages: Unexpected role \"system\". The LLM server takes it at the beginning only, as the member system, and not as an input message role: {detail.TrimEnd('.')}.") { Param = "messages" };

    /// <summary>403 <c>management_not_allowed</c>: the call would change what is installed at the LLM server.</summary>
    /// <param name="path">Where it was asked for, a constant of ours.</param>
    public static ApiError ManagementNotAllowed(string path) =>
        new(403, ApiErrorTypes.Permission, "management_not_allowed", $"{path} changes what is installed at the LLM server and is refused here. Its owner can allow it with --allow-model-management (REMOTELLM_ALLOW_MODEL_MANAGEMENT=true) at the connector, and then for users with role: operator only.");

    /// <summary>404 <c>endpoint_not_served</c>: the LLM server behind the model lacks the endpoint.</summary>
    /// <param name="endpoint">Where it was asked for, a constant of ours.</param>
    /// <param name="model">The model that was asked for.</param>
    public static ApiError EndpointNotServedBy(string endpoint, string model) =>
        new(404, ApiErrorTypes.InvalidRequest, "endpoint_not_served", $"The LLM server behind {ClientText.Quote(model)} does not serve {endpoint}. Use another model or another endpoint, or ask its owner whether the server can be started with it.");

    /// <summary>404 <c>endpoint_not_served</c>: no such path here.</summary>
    public static ApiError EndpointNotServed(string method, string path) =>
        new(404, ApiErrorTypes.InvalidRequest, "endpoint_not_served", $"{ClientText.Quote($"{method} {path}")} is not served here. OpenAI clients want a base URL that ends in /v1, Anthropic and Ollama clients one without a path. GET /openapi.json lists what is served.");

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
            $"Too many requests: you may send {requestsPerMinute:0.##} per minute, by all your keys together. Try again in {Seconds(retryAfter)} s.")) { RetryAfter = retryAfter };

    /// <summary>429 <c>rate_limit_exceeded</c>: the bucket of tokens does not hold as many as the prompt has.</summary>
    /// <param name="tokensPerMinute">The limit in force.</param>
    /// <param name="retryAfter">Exactly when the request fits.</param>
    public static ApiError TokenRateExceeded(long tokensPerMinute, TimeSpan retryAfter) =>
        new(429, ApiErrorTypes.RateLimit, "rate_limit_exceeded", string.Create(
            CultureInfo.InvariantCulture,
            $"Too many tokens: you may use {tokensPerMinute} per minute, prompts and answers of all your keys together. Try again in {Seconds(retryAfter)} s.")) { RetryAfter = retryAfter };

    /// <summary>429 <c>rate_limit_exceeded</c>: the request may take more tokens than are ever there at once. Waiting does not help.</summary>
    /// <param name="tokensPerMinute">The limit in force.</param>
    /// <param name="prompt">Tokens of the prompt, about.</param>
    /// <param name="answer">The client's limit on the answer; 0 where it gave none.</param>
    public static ApiError TokenRateTooSmall(long tokensPerMinute, long prompt, long answer) =>
        new(429, ApiErrorTypes.RateLimit, "rate_limit_exceeded", string.Create(
            CultureInfo.InvariantCulture,
            $"This request never fits: it may take {(decimal)prompt + answer} tokens ({prompt} of the prompt, {answer} of the answer), and {tokensPerMinute} per minute are allowed. {(answer > 0 ? "Lower max_tokens, or shorten the prompt." : "Shorten the prompt.")}"))
        {
            ShouldRetry = false,
        };

    /// <summary>429 <c>concurrency_limit</c>: the user has as many requests running as one may.</summary>
    /// <param name="limit">How many it may have at once.</param>
    /// <param name="retryAfter">When one of them may be done.</param>
    public static ApiError ConcurrencyLimit(int limit, TimeSpan retryAfter) =>
        new(429, ApiErrorTypes.RateLimit, "concurrency_limit", string.Create(
            CultureInfo.InvariantCulture,
            $"Too many requests at once: you may have {limit} running, by all your keys together. Wait for one to finish, or try again in {Seconds(retryAfter)} s.")) { RetryAfter = retryAfter };

    /// <summary>429 <c>insufficient_quota</c>: a budget is spent. Client libraries are told not to try again.</summary>
    /// <param name="budget">Which one, such as <c>tokens per day</c>.</param>
    /// <param name="renewed">When it is renewed.</param>
    public static ApiError InsufficientQuota(string budget, DateTimeOffset renewed) =>
        new(429, ApiErrorTypes.InsufficientQuota, "insufficient_quota", string.Create(
            CultureInfo.InvariantCulture,
            $"Your budget is spent, for all your keys: {budget}. It is renewed at {renewed.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}; ask the operator of this server for more.")) { ShouldRetry = false };

    /// <summary>429 <c>insufficient_quota</c>: a budget is not spent yet, but what is left is less than the request may take.</summary>
    /// <param name="budget">Which one, such as <c>tokens per day</c>.</param>
    /// <param name="left">What is left of it.</param>
    /// <param name="need">What the request may take.</param>
    /// <param name="renewed">When it is renewed.</param>
    /// <param name="retryAfter">How long that is from now.</param>
    public static ApiError QuotaTooSmall(string budget, string left, string need, DateTimeOffset renewed, TimeSpan retryAfter) =>
        new(429, ApiErrorTypes.InsufficientQuota, "insufficient_quota", string.Create(
            CultureInfo.InvariantCulture,
            $"The budget of {budget} has {left} left, and this request may take {need}. Lower max_tokens or shorten the prompt; it is renewed at {renewed.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}.")) { ShouldRetry = false, RetryAfter = retryAfter };

    /// <summary>429 <c>insufficient_quota</c>: no server of the model may be used any more without spending more than its owner allows.</summary>
    /// <param name="caps">Which caps, in sentences.</param>
    /// <param name="renewed">When there is money again; null where waiting does not help.</param>
    public static ApiError CostCapReached(string caps, DateTimeOffset? renewed) =>
        new(429, ApiErrorTypes.InsufficientQuota, "insufficient_quota", renewed is null ? caps : $"{caps} Use another model meanwhile, or ask the connector's owner for more.") { ShouldRetry = false };

    private static string Size(long bytes) => bytes >= 1 << 20 && bytes % (1 << 20) == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");

    private static string Seconds(TimeSpan wait) => Math.Max(0.001, Math.Ceiling(wait.TotalMilliseconds) / 1000).ToString("0.###", CultureInfo.InvariantCulture);
}
