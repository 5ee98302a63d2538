using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Connector.Servers.Rates;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Servers;

/// <summary>
/// One LLM server in use: its entry, the way to it, what is known and what was learned of it. An entry that is edited makes a new one of these; requests that run at the old one
/// end there, and then it is disposed.
/// </summary>
internal sealed partial class LlmServer : IAsyncDisposable
{
    private readonly ILogger _logger;
    private int _users = 1;

    /// <summary>Not looked at before <see cref="Start"/>.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="before">The same server before its entry was edited, of which what was learned is kept; null for a new one.</param>
    /// <param name="book">What is spent.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="loggers">Where it logs to.</param>
    public LlmServer(ServerEntry entry, LlmServer? before, SpendingBook book, TimeProvider time, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<LlmServer>();
        Entry = entry;
        Client = new LlmHttpClient(entry);
        Query = new ServerQuery(Client.Fresh, entry.Address, entry.Headers);
        Kinds = ServerClients.For(entry.Kind);
        Probe = new ServerProbe(entry.Name, Query, Kinds, ReadKey, entry.LookPeriod, before?.State, time, loggers.CreateLogger<ServerProbe>());
        Load = before?.Load ?? new ServerLoad();
        Habits = before?.Habits ?? new ResponseHabits(time);
        Latency = before?.Latency ?? new ServerLatency();
        Rate = before?.Rate ?? new UpstreamRate(entry.RequestsPerMinute, entry.TokensPerMinute, time);
        Rate.Reconfigure(entry.RequestsPerMinute, entry.TokensPerMinute);
        Spending = book.Of(entry.Name, Caps);
        Members = ServerMembers.Of(entry);
        Circuit = new ServerCircuit(time, OnCircuit);
        ReadKey();
    }

    /// <summary>Raised when requests may go there that could not before, or the other way round.</summary>
    public event Action? Changed;

    public ServerEntry Entry { get; }

    public string Name => Entry.Name;

    public LlmHttpClient Client { get; }

    /// <summary>How it is asked about itself.</summary>
    public ServerQuery Query { get; }

    /// <summary>In which words.</summary>
    public IServerClient Kinds { get; }

    public ServerProbe Probe { get; }

    public ServerLoad Load { get; }

    public ServerCircuit Circuit { get; }

    public ServerLatency Latency { get; }

    public ResponseHabits Habits { get; }

    /// <summary>The server's own limits on its clients.</summary>
    public UpstreamRate Rate { get; }

    /// <summary>What is spent there.</summary>
    public Spending Spending { get; }

    /// <summary>What is put into requests to it.</summary>
    public ServerMembers Members { get; }

    /// <summary>What is known of it now.</summary>
    public ServerState State => Probe.Current;

    /// <summary>Requests that it may work on at once.</summary>
    public int Slots
    {
        get
        {
            var slots = Entry.MaxConcurrent ?? State.Slots ?? ServerKinds.UsualSlots(State.Kind) ?? 0;
            return slots == 0 ? Entry.MaxConnections : Math.Min(slots, Entry.MaxConnections);
        }
    }

    /// <summary>Most tokens of one request to a model, prompt and answer together: as the owner says, else as the server does; null when nobody does.</summary>
    public int? ContextLength(string model)
    {
        if (Entry.ContextLengths.TryGetValue(model, out var exact))
            return exact;
        foreach (var (glob, length) in Entry.ContextLengths)
        {
            if (ModelGlob.IsMatch(glob, model))
                return length;
        }

        return State.FindTagged(model)?.ContextLength;
    }

    /// <summary>Whether Claude Code's billing block is taken out of prompts for it.</summary>
    public bool RemovesBillingBlock => Entry.RemoveBillingBlock ?? Entry.Address.IsLocal;

    /// <summary>Begins to look at it.</summary>
    public void Start()
    {
        Probe.Changed += OnLooked;
        Probe.Start();
    }

    /// <summary>Adds the server's own credential and headers, and nobody else's.</summary>
    public void Authorize(HttpRequestMessage request)
    {
        if (Query.ApiKey is { } key)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        foreach (var (name, value) in Entry.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>Whether nobody uses it any more, and it is disposed.</summary>
    public bool IsGone => Volatile.Read(ref _users) <= 0;

    /// <summary>One more uses it, until <see cref="Leave"/>; false when it is gone: whoever found it in the registry a moment ago may come too late.</summary>
    public bool TryEnter()
    {
        for (var users = Volatile.Read(ref _users); users > 0;)
        {
            var now = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (now == users)
                return true;
            users = now;
        }

        return false;
    }

    /// <summary>One less uses it; the last one's leaving disposes it. The registry is one of them.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            _ = DisposeAsync().AsTask();
    }

    public async ValueTask DisposeAsync()
    {
        await Probe.DisposeAsync();
        Client.Dispose();
    }

    private CostCaps Caps => Entry.Costs ?? CostCaps.UsualOf(State.Kind);

    private void OnLooked()
    {
        Spending.Caps = Caps;
        Changed?.Invoke();
    }

    // A key that was changed in its file is used from the next look on.
    private string? ReadKey()
    {
        if (!Entry.Credential.TryRead(out var key, out var problem))
            return $"The LLM server {Name} is not used: {problem}.";
        Query.ApiKey = key;
        return null;
    }

    private void OnCircuit(bool opened)
    {
        if (opened)
            LogOpened(Name, (long)ServerCircuit.Break.TotalSeconds);
        else
            LogClosed(Name);
        Probe.RequestRefresh();
        Changed?.Invoke();
    }

    [LoggerMessage(1, LogLevel.Warning, "LLM server {Server} failed too many requests and is passed over for {Seconds} s")]
    private partial void LogOpened(string server, long seconds);

    [LoggerMessage(2, LogLevel.Information, "LLM server {Server} answers again")]
    private partial void LogClosed(string server);
}
