namespace RemoteLlm.EndToEnd.Tests.Errors;

/// <summary>The table of errors that clients may rely on.</summary>
internal static class ErrorRows
{
    public static IReadOnlyList<ErrorRow> All { get; } =
    [
        new(400, "invalid_request_error", "invalid_json", 400, "invalid_request_error"),
        new(400, "invalid_request_error", "invalid_body", 400, "invalid_request_error"),
        new(400, "invalid_request_error", "invalid_multipart", 400, "invalid_request_error"),
        new(400, "invalid_request_error", "invalid_request", 400, "invalid_request_error"),
        new(400, "invalid_request_error", "invalid_model", 400, "invalid_request_error") { Param = "model" },
        new(400, "invalid_request_error", "missing_model", 400, "invalid_request_error") { Param = "model" },
        new(400, "invalid_request_error", "missing_query", 400, "invalid_request_error") { Param = "query" },
        new(400, "invalid_request_error", "invalid_query", 400, "invalid_request_error") { Param = "query" },
        new(400, "invalid_request_error", "missing_documents", 400, "invalid_request_error") { Param = "documents" },
        new(400, "invalid_request_error", "invalid_documents", 400, "invalid_request_error") { Param = "documents" },
        new(400, "invalid_request_error", "too_many_documents", 400, "invalid_request_error") { Param = "documents" },
        new(400, "invalid_request_error", "invalid_top_n", 400, "invalid_request_error") { Param = "top_n" },
        new(400, "invalid_request_error", "invalid_return_documents", 400, "invalid_request_error") { Param = "return_documents" },
        new(400, "invalid_request_error", "upstream_error", 400, "invalid_request_error"),
        new(400, "invalid_request_error", "context_length_exceeded", 400, "invalid_request_error") { Param = "messages" },
        new(400, "invalid_request_error", "misplaced_system_message", 400, "invalid_request_error") { Param = "messages" },
        new(401, "invalid_request_error", "invalid_api_key", 401, "authentication_error") { Final = true },
        new(403, "permission_error", "key_blocked", 403, "permission_error"),
        new(403, "permission_error", "key_expired", 403, "permission_error"),
        new(403, "permission_error", "request_cancelled", 403, "permission_error") { Final = true },
        new(403, "permission_error", "not_allowed_here", 403, "permission_error"),
        new(403, "permission_error", "model_not_allowed", 403, "permission_error") { Param = "model" },
        new(403, "permission_error", "management_not_allowed", 403, "permission_error"),
        new(404, "invalid_request_error", "model_not_found", 404, "not_found_error") { Param = "model" },
        new(404, "invalid_request_error", "endpoint_not_served", 404, "not_found_error"),
        new(405, "invalid_request_error", "method_not_allowed", 405, "invalid_request_error") { Allow = "POST" },
        new(413, "invalid_request_error", "request_too_large", 413, "request_too_large"),
        new(429, "rate_limit_error", "rate_limit_exceeded", 429, "rate_limit_error") { Waits = true },
        new(429, "rate_limit_error", "concurrency_limit", 429, "rate_limit_error") { Waits = true },
        new(429, "insufficient_quota", "insufficient_quota", 429, "rate_limit_error") { Final = true },
        new(429, "rate_limit_error", "upstream_rate_limited", 429, "rate_limit_error") { Waits = true },
        new(429, "rate_limit_error", "too_many_failed_keys", 429, "rate_limit_error") { Waits = true },
        new(431, "invalid_request_error", "request_headers_too_large", 431, "invalid_request_error"),
        new(500, "server_error", "internal_error", 500, "api_error"),
        new(502, "server_error", "upstream_error", 502, "api_error"),
        new(502, "server_error", "upstream_auth", 502, "api_error"),
        new(502, "server_error", "stream_interrupted", 502, "api_error"),
        new(503, "server_error", "connector_offline", 529, "overloaded_error") { Waits = true },
        new(503, "server_error", "sharing_paused", 529, "overloaded_error") { Waits = true },
        new(503, "server_error", "queue_full", 529, "overloaded_error") { Waits = true },
        new(503, "server_error", "model_loading", 529, "overloaded_error") { Waits = true },
        new(503, "server_error", "body_storage_full", 529, "overloaded_error") { Waits = true },
        new(504, "server_error", "upstream_timeout", 504, "timeout_error"),
    ];

    /// <summary>The row of an error.</summary>
    public static ErrorRow Of(int status, string code) => Assert.Single(All, row => row.Status == status && row.Code == code);
}
