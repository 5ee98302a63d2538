using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Connector;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Management;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing.Faults;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>
/// A broker and its connectors in this process, on real sockets, with a data folder of their own.
/// <code>
/// await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
/// await using var cluster = await Cluster.Start(llm.Url);
/// using var answer = await cluster.Client.Chat();
/// </code>
/// When <see cref="Start"/> returns, a request would be served.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly TemporaryFolder _connectorData = new();
    private readonly List<RunningConnector> _connectors = [];
    private readonly ClusterOptions _options;
    private readonly Uri _llm;
    private WebApplication? _broker;
    private Task? _brokerStopping;
    private FaultyLine? _line;

    private Cluster(Uri llm, ClusterOptions options) => (_llm, _options) = (llm, options);

    /// <summary>The broker's public address.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>The broker's parts.</summary>
    public IServiceProvider Broker => _broker!.Services;

    /// <summary>What the broker logged.</summary>
    public LogRecorder BrokerLogs { get; } = new();

    /// <summary>The token of the connectors that are started here.</summary>
    public string ConnectorToken { get; } = Protocol.Access.ConnectorToken.Generate();

    /// <summary>The token of another connector; with <see cref="ClusterOptions.KnowsSecondConnector"/> only.</summary>
    public string SecondToken { get; } = Protocol.Access.ConnectorToken.Generate();

    /// <summary>The broker's management port.</summary>
    public Uri Management => _broker!.Services.GetRequiredService<ManagementAddress>().Url!;

    /// <summary>The line between connectors and broker; with <see cref="ClusterOptions.OverFaultyLine"/> only.</summary>
    public FaultyLine Line => _line ?? throw new InvalidOperationException($"Ask for {nameof(ClusterOptions.OverFaultyLine)}.");

    /// <summary>A client with Alice's key.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>The first connector.</summary>
    public RunningConnector Connector => _connectors[0];

    /// <summary>Folder of <c>users.yaml</c> and <c>connectors.yaml</c>.</summary>
    public string Data => _data.Path;

    /// <summary>Data folder of the connectors; with <see cref="ClusterOptions.Servers"/> or <see cref="ClusterOptions.Access"/> only.</summary>
    public string ConnectorData => _connectorData.Path;

    public static async Task<Cluster> Start(Uri llm, ClusterOptions? options = null)
    {
        var cluster = new Cluster(llm, options ?? new ClusterOptions());
        try
        {
            await cluster.Start();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client with another key; null for none.</summary>
    public HttpClient ClientWith(string? key) => TestClient.Create(Url, key);

    /// <summary>Starts one more connector.</summary>
    /// <param name="token">Null for the same token.</param>
    /// <param name="refusedWait">How long it waits after a refusal; null for a minute.</param>
    /// <param name="llm">Its LLM server; null for the cluster's.</param>
    /// <param name="broker">What it dials; null for what the others do.</param>
    /// <param name="data">Its data folder; null for that of the others, if they have one.</param>
    public async Task<RunningConnector> StartConnector(string? token = null, TimeSpan? refusedWait = null, Uri? llm = null, Uri? broker = null, string? data = null)
    {
        Assert.True(BrokerAddress.TryParse((broker ?? (_options.OverFaultyLine ? Line.Url : Url)).ToString(), allowInsecure: false, out var address, out var problem), problem);
        var server = new LlmServerOptions { Url = _options.Servers is null || llm is not null ? (llm ?? _llm).ToString() : "" };
        if (_options.Servers is { } servers && !File.Exists(Path.Combine(ConnectorData, ServersJson.Name)))
            WriteServers(servers);
        if (_options.Access is { } access && !File.Exists(Path.Combine(ConnectorData, "access.yaml")))
            WriteAccess(access);
        _options.Llm(server);
        var options = new ConnectorOptions
        {
            Link = new LinkOptions
            {
                Broker = address,
                Token = TokenSource.Fixed(token ?? ConnectorToken),
                RefusedWait = refusedWait ?? TimeSpan.FromMinutes(1),
            },
            Lan = _options.Lan,
            Llm = server,
            Data = data ?? (_options.Servers is null && _options.Access is null ? null : ConnectorData),
            DrainGrace = _options.DrainGrace,
            ManagementUrls = "http://127.0.0.1:0",
        };
        _options.ConnectorChannels(options.Channels);
        _options.Connector(options);
        var connector = await RunningConnector.Start(options, _options.ConnectorTime);
        _connectors.Add(connector);
        return connector;
    }

    /// <summary>Waits until the broker lists a model: sessions, channels and inventory are there.</summary>
    public Task UntilServed(string model = "test-model") =>
        UntilTrue(async () => (await Client.GetStringAsync("v1/models", TestContext.Current.CancellationToken)).Contains($"\"{model}\"", StringComparison.Ordinal));

    /// <summary>Waits until broker and connector have both noticed that both channels of the first connector came <c>up</c>, or went <c>down</c>.</summary>
    public async Task UntilBothChannelsAre(string upOrDown)
    {
        await UntilTrue(() => Task.FromResult(
            BrokerLogs.Entries.Count(entry => entry.Says($"Channel {upOrDown}")) >= 2
            && Connector.Logs.Entries.Any(entry => entry.Says($"Channel {upOrDown} 0"))
            && Connector.Logs.Entries.Any(entry => entry.Says($"Channel {upOrDown} 1"))));
    }

    /// <summary>Looks again, each time something was logged by either half, until the condition holds.</summary>
    public async Task UntilTrue(Func<Task<bool>> holds)
    {
        while (true)
        {
            var seen = Facts();
            if (await holds())
                return;
            // A look at the models is logged too: that alone is no reason to look again.
            while (Facts() == seen)
            {
                var next = Task.WhenAny(_connectors.Select(connector => connector.Logs.Next).Append(BrokerLogs.Next));
                if (Facts() == seen)
                    await next.OrHang("something that makes the condition true");
            }
        }
    }

    private int Facts() => _connectors.Select(connector => connector.Logs).Append(BrokerLogs).Sum(logs => logs.Entries.Count(entry => !entry.Says("Request ", " models ")));

    /// <summary>Writes the connectors' <c>servers.json</c> as a plain editor does.</summary>
    public void WriteServers(string text) => _connectorData.Write(ServersJson.Name, text);

    /// <summary>Writes the connectors' <c>access.yaml</c> as a plain editor does.</summary>
    public void WriteAccess(string text) => _connectorData.Write("access.yaml", text);

    /// <summary>Writes <c>users.yaml</c> as a plain editor does.</summary>
    public void WriteUsers(string text) => Write("users.yaml", text);

    /// <summary>Writes <c>users.yaml</c> and waits until it is in force at the broker and at the first connector.</summary>
    public async Task ChangeUsers(string text)
    {
        var before = Connector.Logs.Entries.Count(IsRoster);
        WriteUsers(text);
        await UntilTrue(() => Task.FromResult(Connector.Logs.Entries.Count(IsRoster) > before));

        static bool IsRoster(LogEntry entry) => entry.Says("Roster applied");
    }

    /// <summary>Stops the broker as SIGTERM does; a second call waits for the first.</summary>
    public Task StopBroker() => _brokerStopping ??= _broker!.StopAsync(CancellationToken.None);

    /// <summary>Starts another broker on the same data, at another port, to which the line leads from now on.</summary>
    public async Task RestartBroker()
    {
        await StopBroker();
        await _broker!.DisposeAsync();
        _brokerStopping = null;
        Client.Dispose();
        await StartBroker();
    }

    public async ValueTask DisposeAsync()
    {
        using var pace = (_options.BrokerTime as ManualTime)?.GoOn();
        Client?.Dispose();
        foreach (var connector in Enumerable.Reverse(_connectors))
            await connector.DisposeAsync();
        if (_broker is not null)
        {
            await StopBroker().OrHang();
            await _broker.DisposeAsync();
        }

        if (_line is not null)
            await _line.DisposeAsync();
        _data.Dispose();
        _connectorData.Dispose();
        foreach (var entry in _connectors.SelectMany(connector => connector.Logs.Entries).Concat(BrokerLogs.Entries))
            Assert.False(entry.Says(TestUsers.AliceKey) || entry.Says(ConnectorToken), $"a secret was logged by {entry.Category}");
    }

    private async Task Start()
    {
        var cancel = TestContext.Current.CancellationToken;
        WriteUsers(_options.Users ?? TestUsers.Unlimited);
        var added = await new ConnectorsFileEditor(Data, TimeProvider.System).Add("home", ConnectorToken, cancel);
        Assert.True(added.IsDone, added.Message);
        if (_options.KnowsSecondConnector)
            Assert.True((await new ConnectorsFileEditor(Data, TimeProvider.System).Add("second", SecondToken, cancel)).IsDone);
        await StartBroker();
        if (_options.WithoutConnector)
            return;
        await StartConnector();
        await UntilServed();
    }

    private async Task StartBroker()
    {
        var options = new BrokerOptions { Urls = "http://127.0.0.1:0", ManagementUrls = "http://127.0.0.1:0", Data = Data, DrainGrace = _options.DrainGrace };
        _options.Broker(options);
        _broker = BrokerHost.Create(options, logging =>
        {
            logging.AddProvider(BrokerLogs).AddFilter("Microsoft", LogLevel.Warning);
            if (_options.BrokerTime is { } time)
                logging.Services.AddSingleton(time);
        });
        await _broker.StartAsync(TestContext.Current.CancellationToken);
        Url = new Uri(_broker.Urls.First());
        Client = ClientWith(options.NoAuth ? null : TestUsers.AliceKey);
        if (!_options.OverFaultyLine)
            return;
        if (_line is null)
        {
            _line = new FaultyLine(Url, _options.LineSeed);
            TestContext.Current.TestOutputHelper?.WriteLine($"seed of the line: {_line.Seed}");
        }
        else
        {
            _line.LeadTo(Url);
        }
    }

    private void Write(string name, string text)
    {
        var path = _data.Write(name, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
