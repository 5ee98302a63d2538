using System.Text.Json;
using RemoteLlm.Benchmarks.FakeLlm;
using RemoteLlm.Benchmarks.Processes;

namespace RemoteLlm.Benchmarks.Servers;

/// <summary>Three LLM servers of different speed.</summary>
internal sealed class Fleet : IDisposable
{
    private readonly List<FleetServer> _servers = [];

    /// <summary>The servers, the fastest first.</summary>
    public IReadOnlyList<FleetServer> Servers => _servers;

    /// <summary>Starts them.</summary>
    public static async Task<Fleet> Start(CancellationToken cancellationToken)
    {
        var fleet = new Fleet();
        try
        {
            await fleet.Add("fast", slots: 8, slowness: 1, cancellationToken);
            await fleet.Add("middle", slots: 8, slowness: 2, cancellationToken);
            await fleet.Add("slow", slots: 4, slowness: 3, cancellationToken);
            return fleet;
        }
        catch
        {
            fleet.Dispose();
            throw;
        }
    }

    /// <summary>The connector's <c>servers.json</c> for them.</summary>
    /// <param name="limited">Whether it says how many requests each works on at once.</param>
    public string Json(bool limited) => JsonSerializer.Serialize(new
    {
        servers = _servers.Select(server => new { name = server.Name, url = server.Url, max_concurrent = limited ? server.Slots : (int?)null }),
    });

    /// <summary>Kills a server, as a crash would.</summary>
    public void Kill(FleetServer server)
    {
        _servers.Remove(server);
        server.Process.Dispose();
    }

    public void Dispose()
    {
        foreach (var server in _servers)
            server.Process.Dispose();
    }

    private async Task Add(string name, int slots, double slowness, CancellationToken cancellationToken)
    {
        var process = ChildProcess.StartRole(Roles.FakeLlm, FakeLlmRole.Arguments(slowness));
        var server = new FleetServer(name, slots, process);
        _servers.Add(server);
        server.Url = new Uri(await process.ReadLine(cancellationToken));
    }
}
