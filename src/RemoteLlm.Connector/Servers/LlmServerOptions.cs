using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers;

/// <summary>The LLM server that the command line names, and how patient we are with it. A clock of zero is off.</summary>
public sealed class LlmServerOptions
{
    /// <summary>The environment variable that holds the LLM server's own key.</summary>
    public const string ApiKeyVariable = "REMOTELLM_LLM_API_KEY";

    /// <summary>The name of this server among those of the registry.</summary>
    public const string Name = "llm";

    /// <summary>The base URL; see <see cref="ServerAddress"/>. Empty when there are only the servers of the registry.</summary>
    public string Url { get; set; } = "";

    /// <summary>The LLM server's own key, if it wants one. From the environment or a file, never from the command line, where every user of the machine reads it.</summary>
    public string? ApiKey { get; set; }

    /// <summary>A file whose first line is that key; used when <see cref="ApiKey"/> is not set.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>An HTTP proxy on the way to the server; null for none. The system's proxy settings are not used: the server is on this network.</summary>
    public Uri? Proxy { get; set; }

    /// <summary>Until a connection stands. 10 s: a host that is up answers in one round trip, and SYN retries take 1 + 2 + 4 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Until the first byte of the answer. 30 min: a long prompt on a small GPU takes 20 to process.</summary>
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Between two reads of the answer. 5 min: a server that swaps models in mid-answer is slow, one that says nothing for longer is gone.</summary>
    public TimeSpan BetweenBytesTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Until a slot is free. 10 min: longer than any turn of a coding agent before it in the queue.</summary>
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Requests that the server works on at once; others wait on our side, where leaving the queue is free. Null, the default: as many as the server says, or as is usual of its kind. 0 = no limit.
    /// </summary>
    public int? MaxConcurrent { get; set; }

    /// <summary>How often a request that failed before the first byte of an answer is tried again. 3.</summary>
    public int Retries { get; set; } = 3;

    /// <summary>Requests that may wait for a slot; 512, as in Ollama. Who comes when all places are taken gets 503 <c>queue_full</c>.</summary>
    public int QueueLimit { get; set; } = 512;

    /// <summary>
    /// Take Claude Code's changing billing block out of the system prompt, so that the server's prefix cache finds the conversation again. Null decides by the address: yes for a
    /// server on this network, no for one on the Internet.
    /// </summary>
    public bool? RemoveBillingBlock { get; set; }

    /// <summary>Let operators change what is installed at the server (Ollama's pull, push, create, copy and delete). Off: a teammate's typing error should not delete a model.</summary>
    public bool AllowModelManagement { get; set; }

    /// <summary>Between two looks at the server's models, which are its health check too. 30 s.</summary>
    public TimeSpan DiscoveryPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The same as an entry of the registry, named <see cref="Name"/>. Nothing but <see cref="MaxConcurrent"/> keeps its requests from running at once.</summary>
    /// <exception cref="FormatException"><see cref="Url"/> cannot be used.</exception>
    internal ServerEntry ToEntry() => new()
    {
        Name = Name,
        Address = ServerAddress.Parse(Url),
        Text = "",
        Credential = !string.IsNullOrWhiteSpace(ApiKey) || string.IsNullOrWhiteSpace(ApiKeyFile) ? ServerCredential.Of(ApiKey) : ServerCredential.InFile(ApiKeyFile),
        Clocks = new ServerClocks { Connect = ConnectTimeout, FirstByte = FirstByteTimeout, Idle = BetweenBytesTimeout, Queue = QueueTimeout },
        MaxConnections = int.MaxValue,
        MaxConcurrent = MaxConcurrent,
        QueueLimit = QueueLimit,
        Retries = Retries,
        RemoveBillingBlock = RemoveBillingBlock,
        AllowModelManagement = AllowModelManagement,
        Proxy = Proxy,
        LookPeriod = DiscoveryPeriod,
    };
}
