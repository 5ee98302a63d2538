using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Connector.Servers.Registry;

namespace RemoteLlm.Connector.Servers.Lookup;

/// <summary>Looks at servers once, for commands that work without a running connector.</summary>
/// <param name="time">The clock of its patience.</param>
public sealed class ServerLookup(TimeProvider time)
{
    /// <summary>10 s: as patient as the connector's own looks.</summary>
    public static readonly TimeSpan Patience = ServerProbe.LookTimeout;

    /// <summary>1 s: a server on this machine that has its models at hand lists them in milliseconds, and describes them in a few more.</summary>
    public static readonly TimeSpan LocalPatience = TimeSpan.FromSeconds(1);

    /// <summary>Looks at a server. Failures are values; only cancellation is thrown.</summary>
    public Task<ServerReport> LookAsync(ServerEntry entry, CancellationToken cancellationToken) => LookAsync(entry, Patience, cancellationToken);

    /// <summary>Looks at ports of this machine, all at once; gives those that answer as an LLM server, in the same order.</summary>
    public async Task<IReadOnlyList<(ServerAddress Address, ServerReport Report)>> DetectAsync(IEnumerable<int> ports, CancellationToken cancellationToken)
    {
        var looks = await Task.WhenAll(ports.Select(async port =>
        {
            var address = ServerAddress.Parse($"http://127.0.0.1:{port}");
            return (Address: address, Report: await LookAsync(new ServerEntry { Name = "detected", Address = address, Text = "" }, LocalPatience, cancellationToken));
        }));
        return Array.FindAll(looks, look => look.Report.IsUp);
    }

    private async Task<ServerReport> LookAsync(ServerEntry entry, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!entry.Credential.TryRead(out var key, out var missing))
            return Failed($"{char.ToUpperInvariant(missing![0])}{missing[1..]}.");
        var began = time.GetTimestamp();
        using var client = new LlmHttpClient(entry);
        using var timeout = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var query = new ServerQuery(client.Fresh, entry.Address, entry.Headers) { ApiKey = key };
        try
        {
            var look = await ServerClients.For(entry.Kind).LookAsync(query, both.Token);
            return new ServerReport(look, time.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"{entry.Address} did not list its models within {patience.TotalSeconds:0} s. Is the LLM server busy or hung?");
        }
        catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
        {
            return Failed($"{entry.Address} could not be looked at ({unforeseen.GetType().Name}).");
        }

        ServerReport Failed(string problem) => new(new ServerLook(null, problem), TimeSpan.Zero);
    }
}
