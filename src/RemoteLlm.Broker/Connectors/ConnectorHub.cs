using Microsoft.AspNetCore.SignalR;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Connectors;

/// <summary>The broker's end of the control connection. Says who called; <see cref="ConnectorSessions"/> does the work.</summary>
internal sealed class ConnectorHub(ConnectorSessions sessions) : Hub<IConnectorClient>, IConnectorHub
{
    public Task<SessionAnswer> OpenSession(SessionRequest request) =>
        Task.FromResult(sessions.Open(ConnectorAuthentication.ConnectorOf(Context.GetHttpContext()!), request, new ControlLine(Context.ConnectionId, Context.Abort)));

    public Task ReportModels(ModelInventory inventory)
    {
        sessions.Report(Context.ConnectionId, inventory);
        return Task.CompletedTask;
    }

    public Task AcknowledgeRoster(long revision) => sessions.AcknowledgeAsync(Context.ConnectionId, revision);

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
}
