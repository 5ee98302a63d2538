using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Observability.Events;

/// <summary>
/// One event of one request: what was known of it at that moment. Immutable, shared by all observers. Never a byte of what was asked or answered.
/// </summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When.</param>
/// <param name="RequestId">What people call the request, the same at both ends.</param>
/// <param name="BillingId">The broker's own id of it.</param>
/// <param name="Operation">The endpoint's name in logs and metrics.</param>
/// <param name="Dialect">The API family.</param>
internal sealed record RelayEvent(RelayEventKind Kind, DateTimeOffset At, string RequestId, string BillingId, string Operation, Dialect Dialect)
{
    /// <summary>The path that was asked for, a constant of ours.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Who asks; null before the key is checked.</summary>
    public string? User { get; init; }

    /// <summary>By which of its keys.</summary>
    public string? Key { get; init; }

    /// <summary>How urgent it is.</summary>
    public RequestClass Class { get; init; }

    /// <summary>The model that was asked for; null before the body is read. A client's text: no label of a metric unless <see cref="BeforeSend"/> is known.</summary>
    public string? Model { get; init; }

    /// <summary>The server chosen; null before.</summary>
    public string? Server { get; init; }

    /// <summary>The model there; null before a server is chosen.</summary>
    public string? ServedModel { get; init; }

    /// <summary>Whether a stream was asked for.</summary>
    public bool Streams { get; init; }

    /// <summary>How often it was sent to a server.</summary>
    public int Attempts { get; init; }

    /// <summary>HTTP status of the answer; 499 when the client left before there was one. 0 before the end.</summary>
    public int Status { get; init; }

    /// <summary>The code of the error it ended with; null when it ended well, or has not ended.</summary>
    public string? Error { get; init; }

    /// <summary>What came of it at <see cref="Server"/>.</summary>
    public ServerFailure Failure { get; init; }

    /// <summary>How far the answer came.</summary>
    public ForwardStage Stage { get; init; }

    /// <summary>Whose fault it was that it came no further.</summary>
    public ForwardSide Side { get; init; }

    /// <summary>The type of the exception behind that; null for none.</summary>
    public string? Cause { get; init; }

    /// <summary>A defect of ours that it met; null for none.</summary>
    public Exception? Defect { get; init; }

    /// <summary>How long it waited for a slot; null when it did not.</summary>
    public TimeSpan? QueueWait { get; init; }

    /// <summary>From its arrival until it was sent to a server; null when it was not.</summary>
    public TimeSpan? BeforeSend { get; init; }

    /// <summary>From sending to the first byte of the answer's body; null when none came.</summary>
    public TimeSpan? FirstByte { get; init; }

    /// <summary>From its arrival until now.</summary>
    public TimeSpan Total { get; init; }

    /// <summary>Bytes of the answer's body.</summary>
    public long Bytes { get; init; }

    /// <summary>Tokens of the prompt, the cached ones among them.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Tokens of the prompt that the server had in its cache.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Tokens of the answer.</summary>
    public long CompletionTokens { get; init; }

    /// <summary>Whether the tokens are an estimate of ours, because the server reported none.</summary>
    public bool UsageEstimated { get; init; }

    /// <summary>What it cost, US dollars; null when that is not known.</summary>
    public decimal? Cost { get; init; }
}
