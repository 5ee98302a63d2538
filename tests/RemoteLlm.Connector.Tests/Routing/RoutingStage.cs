using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Connector.Tests.Routing;

/// <summary>A registry of servers that really list their models, and the queue for them, without a connector around them.</summary>
internal sealed class RoutingStage : IAsyncDisposable
{
    public static readonly ApiEndpoint Chat = ApiEndpoints.Find("/v1/chat/completions")!;

    private readonly Dictionary<string, ScriptedLlmServer> _scripted = [];
    private readonly Source _source;
    private readonly SpendingBook _book;

    private RoutingStage(Dictionary<string, IReadOnlyList<string>> fallbacks, params Func<ServerEntry, ServerEntry>[] servers)
    {
        var entries = servers.Select(Entry).ToList();
        _source = new Source(new RegistryContent(entries, fallbacks));
        _book = new SpendingBook(null, Time, NullLogger<SpendingBook>.Instance);
        Registry = new ServerRegistry([_source], _book, Time, NullLoggerFactory.Instance);
        Queue = new Dispatcher(Time);
        Registry.Changed += Queue.Look;
    }

    public ManualTime Time { get; } = new();

    public ServerRegistry Registry { get; }

    public Dispatcher Queue { get; }

    public LlmServer this[string name] => Registry.Current.Servers.Single(server => server.Name == name);

    /// <summary>What stands behind an entry.</summary>
    public ScriptedLlmServer Scripted(string name) => _scripted[name];

    /// <summary>Servers that have been looked at; each is an entry of which only the address is given.</summary>
    public static async Task<RoutingStage> StartAsync(Dictionary<string, IReadOnlyList<string>> fallbacks, params Func<ServerEntry, ServerEntry>[] servers)
    {
        var stage = new RoutingStage(fallbacks, servers);
        await stage.Registry.StartAsync(CancellationToken.None);
        await stage.Registry.FirstLook.OrHang();
        return stage;
    }

    public static Task<RoutingStage> StartAsync(params Func<ServerEntry, ServerEntry>[] servers) => StartAsync([], servers);

    public RouteChoice Choice(string model = "test-model", RosterEntry? caller = null, RouteDemand? demand = null, string? preferred = null) =>
        new(Registry, model, Chat, caller) { Demand = demand ?? RouteDemand.None, Preferred = preferred };

    /// <summary>Takes a slot, now or when there is one.</summary>
    public Task<Dispatch> TakeAsync(RouteChoice? choice = null) => Queue.TakeAsync(choice ?? Choice(), TestContext.Current.CancellationToken).AsTask();

    /// <summary>A server fails requests until its circuit opens.</summary>
    public async Task OpenCircuit(string name)
    {
        for (var failures = 0; failures < ServerCircuit.Least; failures++)
            await this[name].Circuit.ObserveAsync(ServerFailure.Failed);
        Assert.True(this[name].Circuit.IsOpen);
    }

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        Queue.Dispose();
        _book.Dispose();
        foreach (var server in _scripted.Values)
            await server.DisposeAsync();
    }

    private ServerEntry Entry(Func<ServerEntry, ServerEntry> describe)
    {
        var server = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["test-model", "dear"] };
        var entry = describe(new ServerEntry { Name = "home", Address = ServerAddress.Parse(server.Url.AbsoluteUri), Text = "", Kind = ServerKind.Vllm });
        _scripted.Add(entry.Name, server);
        return entry;
    }

    private sealed class Source(RegistryContent content) : IRegistrySource
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public RegistryContent Current => content;
    }
}
