namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>
/// A refusal or failure as a client is told of it. Holds no secret and no internal address: whatever is in here leaves the house.
/// </summary>
/// <param name="Status">The HTTP status; for an error inside a stream that is already 200, the one it would have been.</param>
/// <param name="Type">OpenAI's <c>error.type</c>, one of <see cref="ApiErrorTypes"/>.</param>
/// <param name="Code">OpenAI's <c>error.code</c>: what programs compare, stable over versions.</param>
/// <param name="Message">For a person: what happened and what the reader can do about it.</param>
public sealed record ApiError(int Status, string Type, string Code, string Message)
{
    /// <summary>The request's member that is at fault, such as <c>model</c>; null when it is none.</summary>
    public string? Param { get; init; }

    /// <summary>How long to wait before another try makes sense; null says nothing about it.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Overrides what client libraries conclude from the status (<c>x-should-retry</c>); null leaves it to them.</summary>
    public bool? ShouldRetry { get; init; }

    /// <summary>The methods that the address does take, for a 405's <c>Allow</c> header; null for every other error.</summary>
    public string? AllowedMethods { get; init; }
}
