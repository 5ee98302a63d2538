using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Link;

/// <summary>One control connection: SignalR over a socket that is already open. It is used once; the link makes a new one after each loss.</summary>
internal sealed class ControlConnection : IConnectorHub, IAsyncDisposable
{
    private readonly HubConnection _hub;
    private readonly WebSocket _socket;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ControlConnection(WebSocket socket, BrokerAddress broker, IConnectorClient client, ILoggerFactory loggers)
    {
        _socket = socket;
        var endPoint = new UriEndPoint(broker.Base);
        _hub = new HubConnection(new OpenSocket(socket), new JsonHubProtocol(), endPoint, new ServiceCollection().BuildServiceProvider(), loggers)
        {
            ServerTimeout = ControlContract.Timeout,
            KeepAliveInterval = ControlContract.KeepAlive,
        };
        _hub.On<RosterPush>(nameof(IConnectorClient.ApplyRoster), client.ApplyRoster);
        _hub.On<SpendingUpdate>(nameof(IConnectorClient.ApplySpending), client.ApplySpending);
        _hub.On<DrainReason, string>(nameof(IConnectorClient.BeginDrain), client.BeginDrain);
        _hub.Closed += _ =>
        {
            _closed.TrySetResult();
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes when the connection has ended, for whatever reason.</summary>
    public Task Closed => _closed.Task;

    public Task StartAsync(CancellationToken cancellationToken) => _hub.StartAsync(cancellationToken);

    public Task<SessionAnswer> OpenSession(SessionRequest request) => GuardAsync(_hub.InvokeAsync<SessionAnswer>(nameof(OpenSession), request));

    public Task ReportModels(ModelInventory inventory) => GuardAsync(_hub.InvokeAsync<object?>(nameof(ReportModels), inventory));

    public Task ReportStatus(ConnectorStatus status) => GuardAsync(_hub.InvokeAsync<object?>(nameof(ReportStatus), status));

    public Task AcknowledgeRoster(long revision) => GuardAsync(_hub.InvokeAsync<object?>(nameof(AcknowledgeRoster), revision));

    public Task<UsageReceipt> SettleUsage(UsageBatch batch) => GuardAsync(_hub.InvokeAsync<UsageReceipt>(nameof(SettleUsage), batch));

    public Task BeginDrain() => GuardAsync(_hub.InvokeAsync<object?>(nameof(BeginDrain)));

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _socket.Dispose();
        _closed.TrySetResult();
    }

    // Callers wait as long as they like and go; that the call failed after them is nobody's news, and must not be reported as an unobserved exception.
    private static Task<T> GuardAsync<T>(Task<T> call)
    {
        var guarded = TranslateAsync(call);
        _ = guarded.ContinueWith(
            static given => _ = given.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return guarded;
    }

    // What SignalR and the stream below it throw when the line is going depends on the moment; to the link it is one thing.
    private static async Task<T> TranslateAsync<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (Exception exception) when (exception is not (Microsoft.AspNetCore.SignalR.HubException or IOException or OperationCanceledException))
        {
            throw new IOException("The control connection was lost.", exception);
        }
    }

    private sealed class OpenSocket(WebSocket socket) : IConnectionFactory
    {
        public ValueTask<ConnectionContext> ConnectAsync(System.Net.EndPoint endpoint, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<ConnectionContext>(new WebSocketConnection(socket, endpoint));
    }
}
