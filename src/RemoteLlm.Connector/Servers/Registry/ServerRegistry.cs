using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Protocol.Dialects.Requests;

namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>
/// The servers in use: what the command line and <c>servers.json</c> say, made real. An edit touches what it is about and nothing else: unchanged entries keep their server, and what
/// runs at a server that was edited or removed ends there in peace.
/// </summary>
public sealed partial class ServerRegistry : IHostedService, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<IRegistrySource> _sources;
    private readonly SpendingBook _book;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<ServerRegistry> _logger;
    private RegistrySnapshot _current = RegistrySnapshot.Empty;
    private bool _started;
    private int _disposed;

    /// <summary>Makes the servers, which are not looked at before the start.</summary>
    /// <param name="sources">Where entries come from; of two with one name the first counts.</param>
    /// <param name="book">What is spent at servers.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="loggers">Where servers log to.</param>
    internal ServerRegistry(IEnumerable<IRegistrySource> sources, SpendingBook book, TimeProvider time, ILoggerFactory loggers)
    {
        (_sources, _book, _time, _loggers, _logger) = ([.. sources], book, time, loggers, loggers.CreateLogger<ServerRegistry>());
        Apply();
        foreach (var source in _sources)
            source.Changed += Apply;
    }

    /// <summary>Raised after <see cref="Current"/> has changed, or what is known of a server. Must return at once.</summary>
    public event Action? Changed;

    /// <summary>Completes when each of the servers of now has been looked at once.</summary>
    public Task FirstLook => Task.WhenAll(Current.Servers.Select(static server => server.Probe.FirstLook));

    /// <summary>The names of all models that are served now.</summary>
    public IReadOnlyList<string> ModelNames => [.. Current.Servers.Where(static server => server.State.Reachable).SelectMany(static server => server.State.Models).Select(static model => model.Id).Distinct(StringComparer.Ordinal)];

    /// <summary>What is wrong with the servers that are not usable, for a person; null when all are.</summary>
    public string? Problem => Current.Servers.Select(static server => server.State.LastError).OfType<string>().FirstOrDefault();

    /// <summary>The servers now.</summary>
    internal RegistrySnapshot Current => Volatile.Read(ref _current);

    /// <summary>Begins to look at them.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _started = true;
            if (_current.Servers.Count == 0)
                NoServer(_logger);
            foreach (var server in _current.Servers)
                server.Start();
        }

        return Task.CompletedTask;
    }

    /// <summary>Nothing: what is drained still needs them.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
            source.Changed -= Apply;
        // The container disposes it once for each way in which it knows it.
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var server in Current.Servers)
            await server.DisposeAsync();
    }

    private void Apply()
    {
        lock (_gate)
        {
            var before = _current.Servers;
            var servers = new List<LlmServer>();
            var fallbacks = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            foreach (var content in _sources.Select(source => source.Current))
            {
                foreach (var entry in content.Servers)
                {
                    if (servers.Exists(server => server.Name == entry.Name))
                        NameTaken(_logger, entry.Name);
                    else
                        servers.Add(Keep(before, entry) ?? Make(before, entry));
                }

                foreach (var (model, others) in content.Fallbacks)
                    fallbacks.TryAdd(model, others);
            }

            Volatile.Write(ref _current, new RegistrySnapshot(servers, fallbacks, WatchedMembers.Of(servers.Select(static server => server.Members.All)), _current.Version + 1));
            foreach (var gone in before.Where(server => !servers.Contains(server)))
                gone.Leave();
        }

        Changed?.Invoke();
    }

    private static LlmServer? Keep(IReadOnlyList<LlmServer> before, ServerEntry entry) => before.FirstOrDefault(server => server.Name == entry.Name && server.Entry.Text == entry.Text);

    private LlmServer Make(IReadOnlyList<LlmServer> before, ServerEntry entry)
    {
        // At another address it is another server, whatever it is called.
        var same = before.FirstOrDefault(server => server.Name == entry.Name && server.Entry.Address == entry.Address);
        var made = new LlmServer(entry, same, _book, _time, _loggers);
        made.Changed += OnServerChanged;
        if (_started)
            made.Start();
        return made;
    }

    private void OnServerChanged()
    {
        lock (_gate)
            Volatile.Write(ref _current, _current with { Version = _current.Version + 1 });
        Changed?.Invoke();
    }

    [LoggerMessage(2, LogLevel.Warning, "No LLM server is known: give one in --llm, or add one with `remotellm servers add NAME URL`, which takes effect at once")]
    private static partial void NoServer(ILogger logger);

    [LoggerMessage(1, LogLevel.Warning, "A second LLM server is called {Server}; it is left out")]
    private static partial void NameTaken(ILogger logger, string server);
}
