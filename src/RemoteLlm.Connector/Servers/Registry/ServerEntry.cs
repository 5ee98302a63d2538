using RemoteLlm.Connector.Servers.Costs;

namespace RemoteLlm.Connector.Servers.Registry;

/// <summary>One LLM server as its operator describes it in <c>servers.json</c>. Never changes; what is known of the server at run time is in <see cref="LlmServer"/>.</summary>
public sealed record ServerEntry
{
    /// <summary>Its name, unique in the registry: 1 to 64 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is.</summary>
    public required ServerAddress Address { get; init; }

    /// <summary>
    /// What decides whether an entry has changed: two entries with the same text are the same. The canonical JSON of the entry.
    /// </summary>
    public required string Text { get; init; }

    /// <summary>What it is; null to find out with the first look.</summary>
    public ServerKind? Kind { get; init; }

    /// <summary>Where its own key is read from.</summary>
    public ServerCredential Credential { get; init; } = ServerCredential.None;

    /// <summary>Headers that every request to it gets, in place of the client's of the same name.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Members that every JSON request to it gets at its top level, in place of the client's of the same name.</summary>
    public IReadOnlyList<BodyMember> Body { get; init; } = [];

    /// <summary>Generation parameters where the client says nothing about them.</summary>
    public IReadOnlyList<BodyMember> Defaults { get; init; } = [];

    /// <summary>How patient we are with it.</summary>
    public ServerClocks Clocks { get; init; } = new();

    /// <summary>Most connections at once, and so most requests at once. 100.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>How long an unused connection is kept. 2 s: see <see cref="LlmHttpClient.IdleTimeout"/>.</summary>
    public TimeSpan IdleConnection { get; init; } = LlmHttpClient.IdleTimeout;

    /// <summary>How often a request that failed here before the first byte of an answer may be tried again, elsewhere or here. 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The server's own limit on requests; 0 = none.</summary>
    public int RequestsPerMinute { get; init; }

    /// <summary>The server's own limit on tokens, prompt and answer together; 0 = none.</summary>
    public long TokensPerMinute { get; init; }

    /// <summary>Requests that it works on at once; others wait on our side. Null: what the server says, else <see cref="ServerKinds.UsualSlots"/>. 0 = no limit but <see cref="MaxConnections"/>.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>Requests that may wait for it. 512, as in Ollama.</summary>
    public int QueueLimit { get; init; } = 512;

    /// <summary>The lowest is tried first, -1000 to 1000. 0.</summary>
    public int Priority { get; init; }

    /// <summary>Whether it takes requests while servers of a better priority are well but full. Null: yes, unless it costs money.</summary>
    public bool? Overflow { get; init; }

    /// <summary>Globs of the models that may be used; null for all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Other names, each with the model at this server that it means.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>Context lengths in tokens, by model or glob; they win over what the server says.</summary>
    public IReadOnlyDictionary<string, int> ContextLengths { get; init; } = new Dictionary<string, int>();

    /// <summary>Prices by model or glob; they win over what the server says.</summary>
    public IReadOnlyDictionary<string, ModelPrice> Prices { get; init; } = new Dictionary<string, ModelPrice>();

    /// <summary>What may be spent; null for what is usual of the kind.</summary>
    public CostCaps? Costs { get; init; }

    /// <summary>Take Claude Code's changing billing block out of the system prompt. Null decides by the address: yes for a server on this network.</summary>
    public bool? RemoveBillingBlock { get; init; }

    /// <summary>Let operators change what is installed at the server.</summary>
    public bool AllowModelManagement { get; init; }

    /// <summary>An HTTP proxy on the way to the server; null for none.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Between two looks at it. 30 s.</summary>
    public TimeSpan LookPeriod { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>A member of a JSON object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Json">Its value, as JSON text.</param>
public sealed record BodyMember(string Name, string Json);

/// <summary>How patient we are with a server. A clock of zero is off.</summary>
public sealed record ServerClocks
{
    /// <summary>Until a connection stands. 10 s: a host that is up answers in one round trip, and SYN retries take 1 + 2 + 4 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Until the first byte of the answer. 30 min: a long prompt on a small GPU takes 20 to process.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Between two reads of the answer. 5 min: a server that swaps models in mid-answer is slow, one that says nothing for longer is gone.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Until a slot is free. 10 min: longer than any turn of a coding agent before it in the queue.</summary>
    public TimeSpan Queue { get; init; } = TimeSpan.FromMinutes(10);
}
