using Microsoft.AspNetCore.SignalR;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Connectors;

/// <summary>The broker's end of the control connection. Says who called; <see cref="ConnectorSessions"/> does the work.</summary>
internal sealed class ConnectorHub(ConnectorSessions sessions, SessionEnds ends, UsageIntake usage, IUsageLedger ledger, AccessFiles files) : Hub<IConnectorClient>, IConnectorHub
{
    public async Task<SessionAnswer> OpenSession(SessionRequest request)
    {
        var http = Context.GetHttpContext()!;
        // The token was good when this connection was upgraded; it may have been removed since.
        var connector = ConnectorAuthentication.ConnectorOf(http);
        if (!IsGood(connector))
            return new SessionAnswer(null, new SessionRefusal("the token of this connector was removed or blocked at the broker", Permanent: true));
        var answer = sessions.Open(connector, request, new ControlLine(Context.ConnectionId, Context.Abort) { Address = http.Connection.RemoteIpAddress?.ToString() });
        if (answer.Grant is not null)
            ConnectorAuthentication.SessionOpened(http);
        // Removed in this very moment: whoever ended the sessions of that token may not have seen this one.
        if (!IsGood(connector))
            await ends.RevokeUnknownAsync();
        // Read after the session is there to be told: what changes from here on is pushed.
        return answer.Grant is { } grant ? answer with { Grant = grant with { Spending = ledger.Spending() } } : answer;
    }

    public Task ReportModels(ModelInventory inventory)
    {
        sessions.Report(Context.ConnectionId, inventory);
        return Task.CompletedTask;
    }

    public Task ReportStatus(ConnectorStatus status)
    {
        sessions.Report(Context.ConnectionId, status);
        return Task.CompletedTask;
    }

    public Task AcknowledgeRoster(long revision) => sessions.AcknowledgeAsync(Context.ConnectionId, revision);

    public Task<UsageReceipt> SettleUsage(UsageBatch batch) => usage.SettleAsync(Context.ConnectionId, batch);

    public Task BeginDrain()
    {
        sessions.Drain(Context.ConnectionId);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        sessions.ControlLost(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }

    private bool IsGood(ConnectorRecord connector) => files.Connectors.TryFind(connector.TokenDigest, out var known) && !known.Blocked;
}
