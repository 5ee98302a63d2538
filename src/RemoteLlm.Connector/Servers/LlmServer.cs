using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers;

/// <summary>
/// One LLM server in use: its entry, the way to it, what is known and what was learned of it. An entry that is edited makes a new one of these; requests that run at the old one
/// end there, and then it is disposed.
/// </summary>
internal sealed class LlmServer : IAsyncDisposable
{
    private readonly string? _authorization;

    /// <summary>Not looked at before <see cref="Start"/>.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="apiKey">Its own key; null when it wants none.</param>
    /// <param name="known">What is known of it from before the entry was edited; null for nothing.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="logger">The log of its looks.</param>
    public LlmServer(ServerEntry entry, string? apiKey, ServerState? known, TimeProvider time, ILogger<ServerProbe> logger)
    {
        Entry = entry;
        Client = new LlmHttpClient(entry);
        Query = new ServerQuery(Client.Fresh, entry.Address, apiKey, entry.Headers);
        Kinds = ServerClients.For(entry.Kind);
        Probe = new ServerProbe(entry.Name, Query, Kinds, entry.LookPeriod, known, time, logger);
        _authorization = apiKey is null ? null : $"Bearer {apiKey}";
    }

    public ServerEntry Entry { get; }

    public string Name => Entry.Name;

    public LlmHttpClient Client { get; }

    /// <summary>How it is asked about itself.</summary>
    public ServerQuery Query { get; }

    /// <summary>In which words.</summary>
    public IServerClient Kinds { get; }

    public ServerProbe Probe { get; }

    /// <summary>What is known of it now.</summary>
    public ServerState State => Probe.Current;

    public ResponseHabits Habits { get; } = new();

    /// <summary>Begins to look at it.</summary>
    public void Start() => Probe.Start();

    /// <summary>Adds the server's own credential, and nobody else's.</summary>
    public void Authorize(HttpRequestMessage request)
    {
        if (_authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", _authorization);
    }

    public async ValueTask DisposeAsync()
    {
        await Probe.DisposeAsync();
        Client.Dispose();
    }
}
