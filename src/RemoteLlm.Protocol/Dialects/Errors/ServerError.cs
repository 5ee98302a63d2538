namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>An LLM server's refusal or failure, read: what it means, and the server's own sentence about it.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Message">
/// The server's sentence, at most <see cref="ServerSentence.MaxLength"/> UTF-16 units, on one line, without an address of its network; empty when it said none.
/// </param>
/// <param name="RetryAfter">How long the server asked to wait; null when it did not.</param>
public sealed record ServerError(ServerErrorKind Kind, string Message, TimeSpan? RetryAfter = null)
{
    /// <summary>Reads an answer. Never throws, whatever the bytes are.</summary>
    /// <param name="dialect">The API family of the request, which decides whether the client can read the answer as it is.</param>
    /// <param name="status">The HTTP status. Below 400 only LM Studio's way of refusing an endpoint with 200 is looked for.</param>
    /// <param name="contentType">The answer's content type; null when it has none.</param>
    /// <param name="body">The body, or its beginning.</param>
    /// <param name="truncated">Whether the body goes on after these bytes.</param>
    public static ServerError Read(Dialect dialect, int status, string? contentType, ReadOnlySpan<byte> body, bool truncated)
    {
        var answer = ServerErrorBody.Read(contentType, body, truncated);
        if (status < 400)
            return new(MissingSigns.IsLmStudioRefusal(answer) ? ServerErrorKind.EndpointMissing : ServerErrorKind.PassThrough, answer.Message);

        if (LoadingSigns.Find(status, answer) is { } loading)
            return new(ServerErrorKind.ModelLoading, ServerSentence.Clean(loading), answer.EstimatedTime);
        if (MissingSigns.Find(status, answer) is { } missing)
            return new(ServerErrorKind.EndpointMissing, ServerSentence.Clean(missing));
        if (ContextLengthSigns.Find(status, answer) is { } tooLong)
            return IsOwnForm(dialect, answer) ? new(ServerErrorKind.PassThrough, answer.Message) : new(ServerErrorKind.ContextLength, ServerSentence.Clean(tooLong));
        if (dialect == Dialect.Anthropic && SystemRoleSigns.Find(status, answer) is { } misplaced)
            return new(ServerErrorKind.SystemRole, ServerSentence.Clean(misplaced));
        return new(answer.IsJson ? ServerErrorKind.PassThrough : ServerErrorKind.Unreadable, answer.Message);
    }

    // Whether clients of the dialect recognise a prompt that is too long from this body: by OpenAI's code, by Anthropic's first words.
    private static bool IsOwnForm(Dialect dialect, ServerErrorBody answer) => dialect switch
    {
        Dialect.OpenAi => answer.ErrorCode == "context_length_exceeded",
        Dialect.Anthropic => answer.Type == "error" && answer.ErrorType == "invalid_request_error" && ContextLengthSigns.AreAnthropics(answer.ErrorMessage),
        Dialect.Ollama => answer.Error is not null,
        _ => false,
    };
}
