using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers;

/// <summary>Finds an LLM server that already runs on this machine, on the port that its kind uses by default.</summary>
public static class LocalServers
{
    /// <summary>How long each is given: a server on this machine that has its models at hand lists them in a few milliseconds.</summary>
    public static readonly TimeSpan LookTimeout = TimeSpan.FromMilliseconds(300);

    private static readonly ServerEntry s_anywhere = new() { Name = "detected", Address = ServerAddress.Parse("http://127.0.0.1"), Text = "" };

    private static readonly (string Kind, int Port)[] UsualPorts = [("Ollama", 11434), ("LM Studio", 1234), ("llama.cpp", 8080)];

    /// <summary>Looks at all usual ports at once. The first that has a model, in the order Ollama, LM Studio, llama.cpp; null when none has.</summary>
    public static Task<LocalServer?> DetectAsync(TimeProvider time, CancellationToken cancellationToken) => DetectAsync(UsualPorts, time, cancellationToken);

    internal static async Task<LocalServer?> DetectAsync(IEnumerable<(string Kind, int Port)> places, TimeProvider time, CancellationToken cancellationToken)
    {
        using var client = new LlmHttpClient(s_anywhere);
        using var timeout = new CancellationTokenSource(LookTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var found = await Task.WhenAll(places.Select(place => Look(client, place.Kind, place.Port, both.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return Array.Find(found, server => server is not null);
    }

    private static async Task<LocalServer?> Look(LlmHttpClient client, string kind, int port, CancellationToken cancellationToken)
    {
        try
        {
            var address = ServerAddress.Parse($"http://127.0.0.1:{port}");
            var listing = await ModelListing.Fetch(new ServerQuery(client.Fresh, address), cancellationToken);
            return listing.Models is { Count: > 0 } models ? new LocalServer(kind, address, models) : null;
        }
        catch (OperationCanceledException)
        {
            // Too slow to be what we look for; the caller tells its own cancellation apart.
            return null;
        }
    }
}

/// <summary>An LLM server found on this machine.</summary>
/// <param name="Kind">What it probably is, for a person: "Ollama", "LM Studio", "llama.cpp".</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Models">What it serves; at least one.</param>
public sealed record LocalServer(string Kind, ServerAddress Address, IReadOnlyList<string> Models);
