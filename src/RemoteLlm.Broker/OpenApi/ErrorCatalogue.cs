using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Protocol.Dialects.Rerank;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>Every error that clients may get from us, by status. Made by <see cref="ApiErrors"/> itself, so that nothing here can say otherwise than the answers do.</summary>
internal static class ErrorCatalogue
{
    private const string Model = "llama3.2";

    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(5);
    private static readonly DateTimeOffset s_day = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<KnownError> All { get; } =
    [
        new(ErrorCause.JsonBody, ApiErrors.InvalidBody(new RequestFault(RequestFaultKind.InvalidJson, 42, 3, "a value is missing"))),
        new(ErrorCause.FormBody, ApiErrors.NotMultipart()),
        new(ErrorCause.FormBody, ApiErrors.InvalidBody(new RequestFault(RequestFaultKind.InvalidMultipart, 42, 1, "the closing boundary is missing"))),
        new(ErrorCause.Body, ApiErrors.InvalidBody(new RequestFault(RequestFaultKind.InvalidModel, 42, 3, "\"model\" must be a string."))),
        new(ErrorCause.Body, ApiErrors.MissingModel()),
        new(ErrorCause.Body, ApiErrors.BrokenBody()),
        new(ErrorCause.Rerank, ApiErrors.MissingQuery()),
        new(ErrorCause.Rerank, ApiErrors.InvalidQuery()),
        new(ErrorCause.Rerank, ApiErrors.MissingDocuments()),
        new(ErrorCause.Rerank, ApiErrors.InvalidDocuments("documents")),
        new(ErrorCause.Rerank, ApiErrors.TooManyDocuments("documents", RerankRequest.MaxDocuments)),
        new(ErrorCause.Rerank, ApiErrors.InvalidTopN("top_n")),
        new(ErrorCause.Rerank, ApiErrors.InvalidReturnDocuments("return_documents")),
        new(ErrorCause.Work, ApiErrors.UpstreamSaid(400, "unknown field")),
        new(ErrorCause.Work, ApiErrors.ContextLengthExceeded("9000 tokens, and the model takes 8192")),
        new(ErrorCause.Messages, ApiErrors.MisplacedSystemMessage("System message must be at the beginning.")),
        new(ErrorCause.Work, ApiErrors.UnknownClass()),
        new(ErrorCause.Key, ApiErrors.MissingApiKey()),
        new(ErrorCause.Key, ApiErrors.KeyBlocked()),
        new(ErrorCause.Key, ApiErrors.KeyExpired(s_day)),
        new(ErrorCause.Work, ApiErrors.RequestCancelled()),
        new(ErrorCause.Work, ApiErrors.NotAllowedHere()),
        new(ErrorCause.Model, ApiErrors.ModelNotAllowed(Model)),
        new(ErrorCause.Management, ApiErrors.ManagementNotAllowed("/api/pull")),
        new(ErrorCause.Model, ApiErrors.ModelNotFound("llama3", [Model])),
        new(ErrorCause.Work, ApiErrors.EndpointNotServedBy("/v1/rerank", Model)),
        new(ErrorCause.Address, ApiErrors.EndpointNotServed("POST", "/v1/nothing")),
        new(ErrorCause.Address, ApiErrors.MethodNotAllowed("GET", "/v1/chat/completions", "POST")),
        new(ErrorCause.Body, ApiErrors.RequestTooLarge(50 << 20)),
        new(ErrorCause.Work, ApiErrors.RateLimitExceeded(60, s_wait)),
        new(ErrorCause.Work, ApiErrors.ConcurrencyLimit(4, s_wait)),
        new(ErrorCause.Work, ApiErrors.InsufficientQuota("tokens per day", s_day)),
        new(ErrorCause.Work, ApiErrors.UpstreamRateLimited(s_wait)),
        new(ErrorCause.Key, FailedKeyThrottle.TooMany(s_wait)),
        new(ErrorCause.Always, ApiErrors.RequestHeadersTooLarge(16 << 10)),
        new(ErrorCause.Always, ApiErrors.Internal()),
        new(ErrorCause.Work, ApiErrors.UpstreamError()),
        new(ErrorCause.Work, ApiErrors.UpstreamRefusesUs()),
        new(ErrorCause.Stream, ApiErrors.StreamInterrupted()),
        new(ErrorCause.Model, ApiErrors.ConnectorOffline(s_wait)),
        new(ErrorCause.Model, ApiErrors.SharingPaused(s_day, s_day - s_wait)),
        new(ErrorCause.Work, ApiErrors.QueueFull(s_wait)),
        new(ErrorCause.Work, ApiErrors.ModelLoading(s_wait)),
        new(ErrorCause.Body, ApiErrors.BodyStorageFull(s_wait)),
        new(ErrorCause.Work, ApiErrors.UpstreamTimeout(TimeSpan.FromMinutes(30))),
    ];
}
