using RemoteLlm.Connector.Limits;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Relay;

/// <summary>The facts of one request as they become known: what its log line and its metrics say.</summary>
internal sealed class Exchange(ApiEndpoint endpoint, string label, string billingId, long started)
{
    /// <summary>What a request ended with whose client left.</summary>
    public const string ClientGone = "client_gone";

    public ApiEndpoint Endpoint { get; } = endpoint;

    /// <summary>What people call the request, the same at both ends.</summary>
    public string Label { get; } = label;

    /// <summary>The broker's own id of the request.</summary>
    public string BillingId { get; } = billingId;

    /// <summary>Timestamp of the arrival.</summary>
    public long Started { get; } = started;

    public RosterEntry? Caller { get; set; }

    public string? Model { get; set; }

    /// <summary>How urgent it is: its key's class, or the lower one that it asks for.</summary>
    public RequestClass Class { get; set; }

    /// <summary>Where it stands while it waits for a slot, and how long it waited; null when it did not wait.</summary>
    public QueueWatch? Queue { get; set; }

    /// <summary>The request asks for a stream.</summary>
    public bool Streams { get; set; }

    /// <summary>What asks the server for its usage, which the client did not; null when nothing does.</summary>
    public RequestEdit? UsageRequest { get; set; }

    /// <summary>What takes Claude Code's billing block out of the prompt; null when it stays.</summary>
    public RequestEdit? BillingBlock { get; set; }

    /// <summary>The prompt's tokens at the server that it went to, as far as could be told before; null where it has none.</summary>
    public long? PromptTokens { get; set; }

    /// <summary>What it holds of the caller's limits; null before it holds any.</summary>
    public Admission? Admission { get; set; }

    /// <summary>The broker's proof that it sent the request here, for the ledger; null for a request of the LAN port.</summary>
    public string? BillingProof { get; set; }

    /// <summary>What the broker's ledger calls the caller's key; null where the broker does not say.</summary>
    public string? BillingKey { get; set; }

    /// <summary>Whether the broker's ledger will be told of it.</summary>
    public bool GoesToLedger => BillingProof is { Length: > 0 } && BillingId.Length > 0 && Admission is { IsReserved: true };

    public int Attempts { get; set; }

    /// <summary>There is another server for it should the one that has it now fail before the first byte: until then the head of a stream is kept back.</summary>
    public bool MayMove { get; set; }

    /// <summary>The server that it went to last; null before it went to any.</summary>
    public LlmServer? Target { get; set; }

    /// <summary>What was found in the body; null before it was read.</summary>
    public IRequestScanner? Scan { get; set; }

    /// <summary>The members that the body was scanned for.</summary>
    public WatchedMembers? Watched { get; set; }

    /// <summary>What its prompt consists of; null where it has none.</summary>
    public PromptFeatures? Prompt { get; set; }

    /// <summary>Which bytes of the body are its first message, as far as they tell one conversation from another; null when there is none.</summary>
    public (long Start, long End)? FirstMessage { get; set; }

    /// <summary>OpenAI's <c>prompt_cache_key</c>; null for none.</summary>
    public string? CacheKey { get; set; }

    public int Status { get; set; }

    public ApiError? Error { get; set; }

    /// <summary>Timestamp at which the request went to the LLM server.</summary>
    public long? Sent { get; set; }

    public long? FirstByte { get; set; }

    public long Bytes { get; set; }

    public TokenUsage Usage { get; set; }

    public ForwardOutcome Outcome { get; set; }

    /// <summary>Where its events are told; null until it has started.</summary>
    public RelayEvents? Events { get; set; }

    /// <summary>The name of that server; null before it went to any.</summary>
    public string? Server => Target?.Name;

    /// <summary>The model's name there; null before.</summary>
    public string? ServedModel { get; set; }

    /// <summary>What came of it at <see cref="Server"/>.</summary>
    public ServerFailure Failure { get; set; }

    /// <summary>How long it waited for a slot, all servers together; null when it did not wait.</summary>
    public TimeSpan? QueuedFor { get; set; }

    /// <summary>What it cost, US dollars; null when that is not known.</summary>
    public decimal? Cost { get; set; }

    /// <summary>Whether <see cref="Usage"/> is an estimate, because the server reported none.</summary>
    public bool UsageEstimated { get; set; }

    /// <summary>Its answer was cut because its caller may not go on.</summary>
    public bool Withdrawn { get; set; }

    /// <summary>A defect of ours that it met: its caller is told no more than that.</summary>
    public Exception? Defect { get; set; }

    /// <summary>What it ended with, in a word for logs and metrics; null when it ended well. To be read at its end.</summary>
    public string? ErrorCode => Error?.Code ?? Outcome switch
    {
        { Side: ForwardSide.Client } => ClientGone,
        { Stage: ForwardStage.Body } => Withdrawn ? "key_blocked" : "stream_interrupted",
        _ => Status >= 400 ? "upstream" : null,
    };
}
