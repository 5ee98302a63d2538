using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers;

/// <summary>Finds LLM servers that already run on this machine, on the ports that their kinds use by default.</summary>
public static class LocalServers
{
    /// <summary>How long each is given: a server on this machine that has its models at hand lists them in a few milliseconds.</summary>
    public static readonly TimeSpan LookTimeout = TimeSpan.FromMilliseconds(300);

    private static readonly ServerEntry s_anywhere = new() { Name = "detected", Address = ServerAddress.Parse("http://127.0.0.1"), Text = "" };

    /// <summary>The ports on which servers listen by default: Ollama, LM Studio, llama.cpp, vLLM.</summary>
    public static IReadOnlyList<int> UsualPorts { get; } = [11434, 1234, 8080, 8000];

    /// <summary>The first of <see cref="DetectAllAsync(TimeProvider, CancellationToken)"/>; null when there is none.</summary>
    public static async Task<LocalServer?> DetectAsync(TimeProvider time, CancellationToken cancellationToken) =>
        await DetectAllAsync(UsualPorts, time, cancellationToken) is [var first, ..] ? first : null;

    /// <summary>
    /// Looks at all usual ports at once, and takes a server for what it says it is, not for what usually listens there. Those that have a model, in the order of the ports of Ollama, LM Studio,
    /// llama.cpp and vLLM.
    /// </summary>
    public static Task<IReadOnlyList<LocalServer>> DetectAllAsync(TimeProvider time, CancellationToken cancellationToken) => DetectAllAsync(UsualPorts, time, cancellationToken);

    internal static async Task<IReadOnlyList<LocalServer>> DetectAllAsync(IEnumerable<int> ports, TimeProvider time, CancellationToken cancellationToken)
    {
        using var client = new LlmHttpClient(s_anywhere);
        using var timeout = new CancellationTokenSource(LookTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var found = await Task.WhenAll(ports.Select(port => Look(client, port, both.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return [.. found.OfType<LocalServer>()];
    }

    private static async Task<LocalServer?> Look(LlmHttpClient client, int port, CancellationToken cancellationToken)
    {
        try
        {
            var query = new ServerQuery(client.Fresh, ServerAddress.Parse($"http://127.0.0.1:{port}"));
            var listing = await ModelListing.Fetch(query, cancellationToken);
            return listing.Models is { Count: > 0 } models
                ? new LocalServer(await ServerSigns.KindOf(query, listing, cancellationToken), query.Address, [.. models.Select(model => model.Id)])
                : null;
        }
        catch (OperationCanceledException)
        {
            // Too slow to be what we look for; the caller tells its own cancellation apart.
            return null;
        }
    }
}

/// <summary>An LLM server found on this machine.</summary>
/// <param name="Kind">What it is, by what it says.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Models">What it serves; at least one.</param>
public sealed record LocalServer(ServerKind Kind, ServerAddress Address, IReadOnlyList<string> Models)
{
    /// <summary>What it is, for a person.</summary>
    public string Product => Kind switch
    {
        ServerKind.Ollama => "Ollama",
        ServerKind.LlamaCpp => "llama.cpp",
        ServerKind.LmStudio => "LM Studio",
        ServerKind.Vllm => "vLLM",
        _ => "an LLM server",
    };
}
