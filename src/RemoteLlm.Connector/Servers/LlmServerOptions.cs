namespace RemoteLlm.Connector.Servers;

/// <summary>One LLM server and how patient we are with it. A clock of zero is off.</summary>
public sealed class LlmServerOptions
{
    /// <summary>The environment variable that holds the LLM server's own key.</summary>
    public const string ApiKeyVariable = "REMOTELLM_LLM_API_KEY";

    /// <summary>The base URL; see <see cref="ServerAddress"/>.</summary>
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
    /// Requests that the server works on at once; others wait on our side, where leaving the queue is free. 0 = no limit, the default: what the server takes is for the server to say.
    /// </summary>
    public int MaxConcurrent { get; set; }

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

    /// <summary>The key from whichever place has it; null when the server wants none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public string? ReadApiKey()
    {
        if (!string.IsNullOrWhiteSpace(ApiKey))
            return ApiKey.Trim();
        if (string.IsNullOrWhiteSpace(ApiKeyFile))
            return null;
        var line = File.ReadLines(ApiKeyFile).FirstOrDefault()?.Trim();
        return string.IsNullOrEmpty(line) ? null : line;
    }
}
