using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Replay.Serving;

/// <summary>The errors that only a replay server gives.</summary>
internal static class ReplayErrors
{
    /// <summary>404 <c>cassette_not_found</c>, with what was looked for.</summary>
    public static ApiError CassetteNotFound(string explanation) =>
        new(StatusCodes.Status404NotFound, ApiErrorTypes.InvalidRequest, "cassette_not_found", explanation);

    /// <summary>502 <c>upstream_error</c>: the target of record and live mode did not answer.</summary>
    public static ApiError TargetDown() =>
        new(StatusCodes.Status502BadGateway, ApiErrorTypes.Server, "upstream_error", "The target of this replay server did not answer. Check LLM_PROXY_TARGET, and that the LLM server runs.");

    /// <summary>A body that could not be read, for a reason of HTTP.</summary>
    public static ApiError Unreadable(int status) =>
        new(status, ApiErrorTypes.InvalidRequest, "invalid_request", "The request body could not be read.");

    /// <summary>Answers with the error.</summary>
    public static Task Write(HttpContext context, ApiError error) =>
        ErrorAnswer.WriteAsync(context.Response, Dialect.OpenAi, error, RequestLabel.Of(context.Request, context.TraceIdentifier));
}
