using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Tests.Connectors;

/// <summary>The sessions of a broker without its servers: real access files and channels, and a control hub that writes down what it would send.</summary>
internal sealed class SessionStage : IAsyncDisposable, IHubContext<ConnectorHub, IConnectorClient>, IHubClients<IConnectorClient>
{
    // The clock of these tests leaps: nothing is dead because a pong did not come within a leap.
    private static readonly ChannelOptions s_channels = new() { PingAfter = TimeSpan.FromHours(1), DeadAfter = TimeSpan.FromHours(2) };

    private readonly List<WebSocketPair> _sockets = [];
    private readonly Dictionary<string, HeardBy> _connectors = new(StringComparer.Ordinal);
    private readonly TemporaryFolder _folder = new();

    public SessionStage()
    {
        Files = new AccessFiles(new AccessFilesOptions(_folder.Path, RequestLimits.Default, []), Time, NullLogger<AccessFiles>.Instance);
        Assert.True(Files.StartAsync(CancellationToken.None).IsCompletedSuccessfully);
        var directory = new EdgeDirectory(Files, new BrokerOptions());
        var options = new ConnectorOptions();
        Calls = new ConnectorCalls(this, Time, NullLogger<ConnectorCalls>.Instance);
        Ends = new SessionEnds(Registry, Files, Calls, options, new ChannelOptions(), Time, NullLogger<SessionEnds>.Instance);
        var succession = new SessionSuccession(Registry, Calls, Ends, Time, NullLogger<SessionSuccession>.Instance);
        Sessions = new ConnectorSessions(Registry, new Rosters(directory), Calls, Ends, succession, options, Time, NullLogger<ConnectorSessions>.Instance);
    }

    public ManualTime Time { get; } = new();

    public AccessFiles Files { get; }

    public SessionRegistry Registry { get; } = new();

    public ConnectorCalls Calls { get; }

    public SessionEnds Ends { get; }

    public ConnectorSessions Sessions { get; }

    IHubClients<IConnectorClient> IHubContext<ConnectorHub, IConnectorClient>.Clients => this;

    IGroupManager IHubContext<ConnectorHub, IConnectorClient>.Groups => throw new NotSupportedException();

    IConnectorClient IHubClients<IConnectorClient>.All => throw new NotSupportedException();

    /// <summary>What the connector behind a control connection hears.</summary>
    public HeardBy Connector(string control)
    {
        if (!_connectors.TryGetValue(control, out var connector))
            _connectors[control] = connector = new HeardBy();
        return connector;
    }

    public SessionAnswer Ask(string control, string instance = "one", string name = "home", SessionGrant? resume = null, long? has = null, params string[] models) => Sessions.Open(
        Record(name), new SessionRequest(2, 2, "0.1.0", instance, Inventory(models), resume?.Session, resume?.Secret, has), new ControlLine(control, Connector(control).Abort));

    public ConnectorSession Open(string control, string instance = "one", string name = "home", params string[] models)
    {
        var answer = Ask(control, instance, name, null, null, models);
        Assert.Null(answer.Refusal);
        return Registry.Find(answer.Grant!.Session)!;
    }

    /// <summary>A session that gets traffic.</summary>
    public async Task<(ConnectorSession Session, ChannelClient Channel, Task Carrying)> OpenReadyAsync(string control, string instance = "one", string name = "home", params string[] models)
    {
        var session = Open(control, instance, name, models);
        var (channel, following) = await ConnectAsync(session);
        await Sessions.AcknowledgeAsync(control, long.MaxValue);
        Assert.True(session.Routable);
        return (session, channel.Client, following);
    }

    /// <summary>Puts a channel with both of its ends into its place.</summary>
    public async Task<(SessionChannel Channel, Task Following)> ConnectAsync(ConnectorSession session, int number = 0, long epoch = 1)
    {
        Assert.Null(Place(session, number, epoch, out var channel, out var replaced));
        if (replaced is not null)
            await replaced.Channel.CloseAsync(CloseReason.Replaced, "");
        var sockets = await WebSocketPair.OpenAsync();
        _sockets.Add(sockets);
        _ = new Channel(s_channels, Time).CarryAsync(default, sockets.Connector, peerReceived: 0);
        _ = channel!.Channel.CarryAsync(default, sockets.Broker, peerReceived: 0);
        channel.SetWarm();
        return (channel, Sessions.FollowAsync(session, number, channel));
    }

    /// <summary>Cuts the line of a channel; dials are counted from zero.</summary>
    public async Task LoseLineAsync(ChannelClient channel, int dial)
    {
        var changed = channel.Channel.LineChanged;
        ((WebSocketPair)_sockets[dial]).Cut();
        await changed.OrHang();
        Assert.False(channel.Channel.LineUp);
    }

    public CloseReason? Place(ConnectorSession session, int number, long epoch, out SessionChannel? channel, out SessionChannel? replaced, long received = 0) => session.Place(
        new Hello(ProtocolVersion.Min, ProtocolVersion.Max, session.Id, "", number, epoch, received), () => new Channel(s_channels, Time), out channel, out _, out replaced);

    /// <summary>Cuts every line; returns when this channel waits for its next socket.</summary>
    public async Task CutLinesAsync(Channel channel)
    {
        var changed = channel.LineChanged;
        _sockets.ForEach(sockets => sockets.Cut());
        await changed.OrHang();
        Assert.False(channel.LineUp);
        Assert.False(channel.Ended.IsCompleted);
    }

    public async Task ChangeUsersAsync(string yaml)
    {
        _folder.Write("users.yaml", yaml);
        await Files.Refresh(TestContext.Current.CancellationToken);
    }

    public static ConnectorRecord Record(string name) => new(name, "rlc-0000", KeyDigest.Of(name), false, null);

    public static ModelInventory Inventory(params string[] models) => new([.. models.Select(model => new ModelDescription(model, 0, "test"))]);

    IConnectorClient IHubClients<IConnectorClient>.Client(string connectionId) => Connector(connectionId);

    IConnectorClient IHubClients<IConnectorClient>.AllExcept(IReadOnlyList<string> excludedConnectionIds) => throw new NotSupportedException();

    IConnectorClient IHubClients<IConnectorClient>.Clients(IReadOnlyList<string> connectionIds) => throw new NotSupportedException();

    IConnectorClient IHubClients<IConnectorClient>.Group(string groupName) => throw new NotSupportedException();

    IConnectorClient IHubClients<IConnectorClient>.Groups(IReadOnlyList<string> groupNames) => throw new NotSupportedException();

    IConnectorClient IHubClients<IConnectorClient>.GroupExcept(string groupName, IReadOnlyList<string> excludedConnectionIds) => throw new NotSupportedException();

    IConnectorClient IHubClients<IConnectorClient>.User(string userId) => throw new NotSupportedException();

    IConnectorClient IHubClients<IConnectorClient>.Users(IReadOnlyList<string> userIds) => throw new NotSupportedException();

    public async ValueTask DisposeAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        Registry.Dispose();
        await Files.DisposeAsync();
        _folder.Dispose();
    }

    internal sealed class HeardBy : IConnectorClient
    {
        public List<string> Said { get; } = [];

        public bool Aborted { get; private set; }

        /// <summary>What is said waits for this: a connector that does not read.</summary>
        public Task Reads { get; set; } = Task.CompletedTask;

        public void Abort() => Aborted = true;

        public List<RosterPush> Rosters { get; } = [];

        public Task ApplyRoster(RosterPush push)
        {
            Rosters.Add(push);
            Said.Add($"{(push.Since is null ? "roster" : "changes")} {push.Users.Count}");
            return Reads;
        }

        public Task ApplySpending(SpendingUpdate update)
        {
            lock (Said)
                Said.Add($"spending {(update.Whole ? "whole" : "changes")} {string.Join(' ', update.Users.Select(user => $"{user.User}={user.TokensToday}"))}");
            return Reads;
        }

        public Task BeginDrain(DrainReason reason, string detail)
        {
            Said.Add($"drain {reason}");
            return Reads;
        }
    }
}
