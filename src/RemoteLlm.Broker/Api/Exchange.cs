using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker.Api;

/// <summary>The facts of one request as they become known: what its log line and its metrics say.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer or link has nothing to be disposed, and whoever cancels may come late.")]
internal sealed class Exchange(ApiEndpoint endpoint, string label, string billingId, long started) : EdgeCall(endpoint, label, billingId, started)
{
    private readonly CancellationTokenSource _cancel = new();

    /// <summary>The exchange of a request that has just arrived.</summary>
    public static new Exchange Begin(HttpRequest request, ApiEndpoint endpoint, TimeProvider time)
    {
        var billingId = NewBillingId();
        return new Exchange(endpoint, RequestLabel.Of(request, billingId), billingId, time.GetTimestamp());
    }

    /// <summary>The exchange of a request that the edge answered itself.</summary>
    public static Exchange Of(EdgeCall call) =>
        new(call.Endpoint, call.Label, call.BillingId, call.Started) { Caller = call.Caller, Model = call.Model, Status = call.Status, Error = call.Error };

    /// <summary>The caller's key.</summary>
    public KeyRecord? Key
    {
        get;
        set
        {
            field = value;
            Caller = value;
        }
    }

    public long RosterRevision { get; set; }

    /// <summary>By what its conversation is known again; empty when nothing tells, null when it is none.</summary>
    public IReadOnlyList<UInt128>? Conversation { get; set; }

    /// <summary>Where the conversation has been before; null when that is not known.</summary>
    public string? PreferredConnector { get; set; }

    public string? Connector { get; set; }

    /// <summary>The LLM server that answers, as its owner calls it; null before it does, and where the connector does not say.</summary>
    public string? Server { get; set; }

    /// <summary>Whether it went where it has been before.</summary>
    public Affinity Affinity => PreferredConnector is null ? Affinity.New : PreferredConnector == Connector ? Affinity.Hit : Affinity.Miss;

    public int Attempts { get; set; }

    /// <summary>How long it waited for a connector, all its waits together.</summary>
    public TimeSpan Waited { get; set; }

    public long? FirstByte { get; set; }

    public long Bytes { get; set; }

    /// <summary>Tokens as the connector reports them behind the answer.</summary>
    public TokenUsage Usage { get; set; }

    public ForwardOutcome Outcome { get; set; }

    /// <summary>Ends when the client leaves or the request is cancelled; to be set before it is waited with.</summary>
    public CancellationToken Ending { get; set; }

    /// <summary>Cancelled when an operator ends the request.</summary>
    public CancellationToken Cancelled => _cancel.Token;

    /// <summary>Whether an operator ended the request.</summary>
    public bool IsCancelled => _cancel.IsCancellationRequested;

    /// <summary>Told once that the first byte of the answer has come; null for nobody.</summary>
    public Action? Begun { get; set; }

    /// <summary>Ends the request, from any thread and without waiting.</summary>
    public void Cancel() => _ = _cancel.CancelAsync();
}
