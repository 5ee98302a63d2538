using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>The facts of one request as they become known: what its log line and its metrics say.</summary>
internal sealed class Exchange(ApiEndpoint endpoint, string label, string billingId, long started)
{
    /// <summary>The exchange of a request that has just arrived.</summary>
    public static Exchange Begin(HttpRequest request, ApiEndpoint endpoint, TimeProvider time)
    {
        var billingId = $"req_{Guid.CreateVersion7():N}";
        return new Exchange(endpoint, RequestLabel.Of(request, billingId), billingId, time.GetTimestamp());
    }

    public ApiEndpoint Endpoint { get; } = endpoint;

    /// <summary>What people call the request: the client's own label or ours.</summary>
    public string Label { get; } = label;

    /// <summary>What usage is booked under; made here, for every request.</summary>
    public string BillingId { get; } = billingId;

    /// <summary>Timestamp of the arrival.</summary>
    public long Started { get; } = started;

    public KeyRecord? Key { get; set; }

    public long RosterRevision { get; set; }

    public string? Model { get; set; }

    /// <summary>By what its conversation is known again; empty when nothing tells, null when it is none.</summary>
    public IReadOnlyList<UInt128>? Conversation { get; set; }

    /// <summary>Where the conversation has been before; null when that is not known.</summary>
    public string? PreferredConnector { get; set; }

    public string? Connector { get; set; }

    /// <summary>Whether it went where it has been before.</summary>
    public Affinity Affinity => PreferredConnector is null ? Affinity.New : PreferredConnector == Connector ? Affinity.Hit : Affinity.Miss;

    public int Attempts { get; set; }

    /// <summary>How long it waited for a connector, all its waits together.</summary>
    public TimeSpan Waited { get; set; }

    public int Status { get; set; }

    public ApiError? Error { get; set; }

    public long? FirstByte { get; set; }

    public long Bytes { get; set; }

    /// <summary>Tokens as the connector reports them behind the answer.</summary>
    public TokenUsage Usage { get; set; }

    public ForwardOutcome Outcome { get; set; }
}
