using System.Collections.Frozen;
using System.Net;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>An answer of the LLM server that says that it failed: its beginning is read, to see what it means before a byte of it is passed on.</summary>
/// <param name="answer">The answer.</param>
/// <param name="body">What was read of its body.</param>
/// <param name="rest">The body behind that; null when all of it was read.</param>
internal sealed class FailedAnswer(HttpResponseMessage answer, ReadOnlyMemory<byte> body, Stream? rest)
{
    /// <summary>Longer errors than this are passed on unread.</summary>
    private const int MaxRead = 64 * 1024;

    // LM Studio answers paths that it does not know with 200 and a short sentence. It knows these.
    private const int LongestDisguised = 512;
    private static readonly FrozenSet<string> s_neverDisguised = FrozenSet.Create(StringComparer.Ordinal, "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses");

    // It is there and busy loading; what a large model takes from a fast disk is longer, from memory shorter.
    private static readonly TimeSpan s_loadingRetry = TimeSpan.FromSeconds(5);

    public HttpStatusCode Status => answer.StatusCode;

    /// <summary>What was read of the body.</summary>
    public ReadOnlyMemory<byte> Body => body;

    /// <summary>How long the server asked to be left alone; null when it did not.</summary>
    public TimeSpan? RetryAfter(DateTimeOffset now) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>Whether the answer must be looked at: a failure by its status, or one that may be disguised as a success.</summary>
    public static bool MayBe(HttpResponseMessage answer, ApiEndpoint endpoint) =>
        answer.StatusCode >= HttpStatusCode.BadRequest || (answer.Content.Headers.ContentLength is > 0 and <= LongestDisguised && !s_neverDisguised.Contains(endpoint.Path) && AnswerType.FormatOf(answer, endpoint) == StreamFormat.None);

    /// <summary>Reads the beginning of the body.</summary>
    /// <exception cref="IOException">The server broke off.</exception>
    /// <exception cref="OperationCanceledException">The client left, or the server was silent for too long.</exception>
    public static async Task<FailedAnswer> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var source = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[(int)Math.Min(answer.Content.Headers.ContentLength ?? MaxRead, MaxRead) + 1];
        var read = await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return new FailedAnswer(answer, buffer.AsMemory(0, read), read == buffer.Length ? source : null);
    }

    /// <summary>What the answer means.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="inBand">It cannot be passed on as it is, since a stream has begun.</param>
    /// <returns>What kind of failure it is, none for an answer like any other; and the error to tell, null where the answer is to be passed on as it is.</returns>
    public (ServerFailure Failure, ApiError? Error) Read(Exchange exchange, bool inBand)
    {
        var encoded = answer.Content.Headers.ContentEncoding.Count > 0;
        var status = (int)answer.StatusCode;
        var error = ServerError.Read(exchange.Endpoint.Dialect, status, answer.Content.Headers.ContentType?.MediaType, encoded ? default : body.Span, truncated: rest is not null);
        return status switch
        {
            // Its key is the connector's: who reads of a wrong key takes it for his own.
            401 or 403 when exchange.Endpoint.Role != EndpointRole.Management => (ServerFailure.Auth, ApiErrors.UpstreamRefusesUs()),
            // Nothing of it can be read here.
            _ when encoded => (FailureOf(status, ServerErrorKind.PassThrough), inBand ? ApiErrors.UpstreamSaid(status, "") : null),
            _ => (FailureOf(status, error.Kind), ErrorOf(status, error)),
        };

        ApiError? ErrorOf(int status, ServerError error) => error.Kind switch
        {
            ServerErrorKind.ContextLength => ApiErrors.ContextLengthExceeded(error.Message),
            ServerErrorKind.SystemRole => ApiErrors.MisplacedSystemMessage(error.Message),
            ServerErrorKind.EndpointMissing => ApiErrors.EndpointNotServedBy(exchange.Endpoint.Path, exchange.Model ?? ""),
            ServerErrorKind.ModelLoading => ApiErrors.ModelLoading(error.RetryAfter ?? s_loadingRetry),
            ServerErrorKind.Unreadable => ApiErrors.UpstreamSaid(status, error.Message) with { RetryAfter = answer.Headers.RetryAfter?.Delta },
            _ => inBand ? ApiErrorReader.Read(exchange.Endpoint.Dialect, status, body) ?? ApiErrors.UpstreamSaid(status, error.Message) : null,
        };
    }

    private static ServerFailure FailureOf(int status, ServerErrorKind kind) => kind switch
    {
        ServerErrorKind.ContextLength => ServerFailure.Context,
        // Its status may be 500, and nothing is wrong with the server.
        ServerErrorKind.SystemRole => ServerFailure.Rejected,
        ServerErrorKind.EndpointMissing => ServerFailure.EndpointMissing,
        ServerErrorKind.ModelLoading => ServerFailure.Loading,
        _ => status switch
        {
            < 400 => ServerFailure.None,
            402 => ServerFailure.Cost,
            404 => ServerFailure.ModelMissing,
            429 => ServerFailure.RateLimited,
            >= 500 => kind == ServerErrorKind.Unreadable ? ServerFailure.Unreadable : ServerFailure.Failed,
            _ => ServerFailure.Rejected,
        },
    };

    /// <summary>The body as if nothing of it had been read.</summary>
    public Stream Rejoined() => new RejoinedStream(body, rest);

    /// <summary>Passes the answer on as it is.</summary>
    public async Task<ForwardOutcome> PassAsync(HttpContext context, IBodyObserver observer, ActivityClock clock, TimeSpan betweenBytes, TimeSpan clientWrite)
    {
        ForwardHeaders.CopyResponse(answer, context.Response, ServerHeaders.DropResponse);
        await using var source = Rejoined();
        var outcome = await BodyRelay.CopyAsync(source, context.Response.BodyWriter, observer, clock, betweenBytes, betweenBytes, clientWrite, headersAtOnce: false);
        if (!outcome.IsDone)
            await CutAnswer.EndAsync(context, null, ApiErrors.StreamInterrupted());
        return outcome;
    }
}
