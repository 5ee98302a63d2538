using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>
/// A broker that checks nothing: it opens a session with one channel for whoever dials, and sends into the tunnel whatever a test wants. It
/// shows what a connector does when the edge has let something through.
/// </summary>
internal sealed class StandInBroker : IAsyncDisposable
{
    /// <summary>The name that its connector has.</summary>
    public const string ConnectorId = "stand-in";

    private readonly WebApplication _app;
    private readonly System.Threading.Channels.Channel<long> _acknowledged = System.Threading.Channels.Channel.CreateBounded<long>(100);
    private readonly Uri _llm;
    private readonly string? _data;
    private TaskCompletionSource<ChannelClient> _channel = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StandInBroker(Uri llm, Roster roster, string? data)
    {
        (_llm, _data, Roster) = (llm, data, roster);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(this);
        builder.Services.AddSignalR();
        _app = builder.Build();
        _app.Use((context, next) => Ledger.Meet(context, next));
        _app.UseWebSockets();
        _app.MapHub<Hub>(ControlContract.Path, hub => hub.Transports = HttpTransportType.WebSockets);
        _app.Map(ChannelHandshake.Path, CarryChannel);
    }

    /// <summary>The roster of the next session.</summary>
    public Roster Roster { get; private set; }

    /// <summary>What it is told of usage, and the control connections over which it is.</summary>
    public StandInLedger Ledger { get; } = new();

    /// <summary>The connector.</summary>
    public RunningConnector Connector { get; private set; } = null!;

    /// <summary>The models that the connector said last that it serves.</summary>
    public ModelInventory? Inventory { get; private set; }

    /// <summary>Starts with a connector that serves from <paramref name="llm"/> by this roster.</summary>
    /// <param name="llm">The connector's LLM server.</param>
    /// <param name="roster">The roster.</param>
    /// <param name="data">The connector's data folder; null for none.</param>
    public static async Task<StandInBroker> Start(Uri llm, Roster roster, string? data = null)
    {
        var broker = new StandInBroker(llm, roster, data);
        await broker._app.StartAsync(TestContext.Current.CancellationToken);
        await broker.StartConnector();
        return broker;
    }

    /// <summary>Stops the connector as SIGTERM does, and starts another on the same data.</summary>
    public async Task RestartConnector()
    {
        await Connector.DisposeAsync();
        _channel = new TaskCompletionSource<ChannelClient>(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartConnector();
    }

    private async Task StartConnector()
    {
        Assert.True(BrokerAddress.TryParse(_app.Urls.First(), allowInsecure: false, out var address, out _));
        Connector = await RunningConnector.Start(
            new ConnectorOptions
            {
                Link = new LinkOptions { Broker = address, Token = TokenSource.Fixed(ConnectorToken.Generate()) },
                Llm = new LlmServerOptions { Url = _llm.ToString() },
                Data = _data,
                ManagementUrls = "http://127.0.0.1:0",
            },
            time: null);
        await _channel.Task.OrHang();
    }

    /// <summary>Pushes a roster.</summary>
    public Task Push(Roster roster) => Push(roster.ToPush());

    /// <summary>Pushes a roster or changes of it, whatever they are.</summary>
    public Task Push(RosterPush push) => _app.Services.GetRequiredService<IHubContext<Hub, IConnectorClient>>().Clients.All.ApplyRoster(push);

    /// <summary>The connector's next answer to a roster.</summary>
    public Task<long> NextAcknowledgement() => _acknowledged.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().OrHang("an acknowledgement");

    /// <summary>Sends a request into the tunnel, with these headers and no others of ours.</summary>
    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(ChannelClient.Authority, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var channel = await _channel.Task;
        return await channel.SendAsync(request, TestContext.Current.CancellationToken).OrHang("an answer from the connector");
    }

    /// <summary>Sends a small chat request with a credential; null for none.</summary>
    public Task<HttpResponseMessage> Chat(string? credential, long revision = 0, bool stream = false) => Send(
        HttpMethod.Post,
        "/v1/chat/completions",
        new StringContent(TestClient.ChatBody(stream)),
        [("x-request-id", "from-the-stand-in"), (TunnelHeaders.RosterRevision, $"{revision}"), .. credential is null ? [] : new[] { (TunnelHeaders.Credential, credential) }]);

    public async ValueTask DisposeAsync()
    {
        if (_channel.Task.IsCompletedSuccessfully)
            await _channel.Task.Result.Channel.CloseAsync(CloseReason.ShuttingDown, "the test is over");
        await Connector.DisposeAsync();
        await _app.StopAsync(CancellationToken.None).OrHang();
        await _app.DisposeAsync();
    }

    private async Task CarryChannel(HttpContext context)
    {
        var socket = await context.WebSockets.AcceptWebSocketAsync(ChannelHandshake.Subprotocol);
        var hello = await ChannelHandshake.AwaitHelloAsync(socket, context.RequestAborted);
        var channel = new Channel(new ChannelOptions { ResumeWindow = TimeSpan.Zero }, TimeProvider.System);
        var claim = await channel.ClaimAsync();
        await ChannelHandshake.WelcomeAsync(socket, hello!, claim, channel.ResumeWindow, context.RequestAborted);
        using var client = ChannelClient.Create(channel);
        var carrying = channel.CarryAsync(claim, socket, hello!.Received);
        // The newest: one that came back has dialled anew.
        if (!_channel.TrySetResult(client))
        {
            _channel = new TaskCompletionSource<ChannelClient>(TaskCreationOptions.RunContinuationsAsynchronously);
            _channel.SetResult(client);
        }

        await carrying;
    }

    private sealed class Hub(StandInBroker broker) : Hub<IConnectorClient>, IConnectorHub
    {
        public Task<SessionAnswer> OpenSession(SessionRequest request)
        {
            broker.Inventory = request.Inventory;
            return Task.FromResult(new SessionAnswer(
                new SessionGrant(ControlContract.MaxVersion, ConnectorId, new string('0', 32), new string('0', 64), Channels: 1, Resumed: false, broker.Roster.ToPush()), null));
        }

        public Task ReportModels(ModelInventory inventory)
        {
            broker.Inventory = inventory;
            return Task.CompletedTask;
        }

        public Task ReportStatus(ConnectorStatus status) => Task.CompletedTask;

        public Task AcknowledgeRoster(long revision)
        {
            broker._acknowledged.Writer.TryWrite(revision);
            return Task.CompletedTask;
        }

        public Task<UsageReceipt> SettleUsage(UsageBatch batch) => broker.Ledger.Settle(batch, Context.Abort);

        public Task BeginDrain() => Task.CompletedTask;
    }
}
