using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Testing.Llm;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Routing;

/// <summary>A registry whose servers are real ones, each with the models that the test says; what the registry holds can be changed while it runs.</summary>
internal sealed class Rack : IRegistrySource, IAsyncDisposable
{
    private readonly List<ScriptedLlmServer> _llms = [];

    private Rack() => Registry = new ServerRegistry([this], new SpendingBook(null, TimeProvider.System, NullLogger<SpendingBook>.Instance), TimeProvider.System, NullLoggerFactory.Instance);

    public event Action? Changed;

    public ServerRegistry Registry { get; }

    public RegistryContent Current { get; private set; } = RegistryContent.Empty;

    /// <summary>A registry of the given servers, each looked at once.</summary>
    public static async Task<Rack> Of(params (string Name, string[] Models)[] servers)
    {
        var rack = new Rack();
        await rack.Registry.StartAsync(TestContext.Current.CancellationToken);
        rack.Put([.. servers.Select(server => rack.Entry(server.Name, server.Models))]);
        await rack.Registry.FirstLook.OrHang();
        return rack;
    }

    /// <summary>An entry for a new server that has these models.</summary>
    public ServerEntry Entry(string name, params string[] models)
    {
        var llm = new ScriptedLlmServer(static exchange => exchange.SendJson("{}", 404)) { Models = models };
        _llms.Add(llm);
        return new ServerEntry { Name = name, Address = ServerAddress.Parse(llm.Url.ToString()), Text = name, Kind = ServerKind.Vllm };
    }

    /// <summary>An entry for a server that is not there.</summary>
    public static ServerEntry Dead(string name) => new() { Name = name, Address = ServerAddress.Parse("http://127.0.0.1:9"), Text = name, Kind = ServerKind.Vllm };

    /// <summary>The registry holds these from now on.</summary>
    public void Put(params ServerEntry[] entries) => Put(entries, []);

    /// <summary>The registry holds these from now on.</summary>
    public void Put(ServerEntry[] entries, Dictionary<string, IReadOnlyList<string>> fallbacks)
    {
        Current = new RegistryContent(entries, fallbacks);
        Changed?.Invoke();
    }

    public LlmServer this[string name] => Registry.Current.Servers.Single(server => server.Name == name);

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        foreach (var llm in _llms)
            await llm.DisposeAsync();
    }
}
