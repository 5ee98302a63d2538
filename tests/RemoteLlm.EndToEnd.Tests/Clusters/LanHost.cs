using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Connector;
using RemoteLlm.Connector.Lan;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Hosting.Management;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>
/// A connector without a broker: the LAN port is all that it serves.
/// <code>
/// await using var lan = await LanHost.Start(llm.Url);
/// using var answer = await lan.Client.Chat();
/// </code>
/// </summary>
internal sealed class LanHost : IAsyncDisposable
{
    /// <summary>A key of the environment.</summary>
    public const string Key = "sk-1a1a1a0000000000000000000000000a";

    private readonly RunningConnector _connector;

    private LanHost(RunningConnector connector)
    {
        _connector = connector;
        Url = connector.Services.GetRequiredService<LanAddress>().Urls[0];
        Client = ClientWith(Key);
    }

    /// <summary>The port's address.</summary>
    public Uri Url { get; }

    /// <summary>A client with <see cref="Key"/>.</summary>
    public HttpClient Client { get; }

    /// <summary>What the connector logged.</summary>
    public LogRecorder Logs => _connector.Logs;

    /// <summary>The connector's management port.</summary>
    public Uri Management => _connector.Services.GetRequiredService<ManagementAddress>().Url!;

    /// <summary>The usual port: any free one of loopback, with <see cref="Key"/> as kim's.</summary>
    public static LanOptions Options => new() { Listen = ":0", Keys = $"kim={Key}" };

    /// <summary>Starts one.</summary>
    /// <param name="llm">The LLM server.</param>
    /// <param name="lan">The port; null for <see cref="Options"/>.</param>
    /// <param name="change">Changes the connector's other settings.</param>
    public static async Task<LanHost> Start(Uri llm, LanOptions? lan = null, Action<ConnectorOptions>? change = null)
    {
        var options = new ConnectorOptions
        {
            Lan = lan ?? Options,
            Llm = new LlmServerOptions { Url = llm.ToString() },
            DrainGrace = TimeSpan.FromMinutes(2),
            ManagementUrls = "http://127.0.0.1:0",
        };
        change?.Invoke(options);
        return new LanHost(await RunningConnector.Start(options, time: null));
    }

    /// <summary>A client with another key; null for none.</summary>
    public HttpClient ClientWith(string? key) => TestClient.Create(Url, key);

    /// <summary>Stops it as SIGTERM does; a second call waits for the first.</summary>
    public Task Stop() => _connector.Stop();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _connector.DisposeAsync();
        Assert.DoesNotContain(Logs.Entries, entry => entry.Says(Key));
    }
}
