using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;

namespace RemoteLlm.Benchmarks.Servers;

/// <summary>Whether servers of different speed get requests in proportion to what they can do.</summary>
internal sealed class LoadShare
{
    private const double MostPercent = 15;

    /// <summary>Long enough for some answers of the slowest server by each of its slots.</summary>
    private const double CapacitySeconds = 5;

    private readonly string _name;
    private readonly List<(string Server, double Capacity)> _alone = [];
    private readonly List<Measured> _measured = [];

    private LoadShare(string name) => _name = name;

    /// <summary>What it rests on.</summary>
    public IReadOnlyList<Measured> Measurements => _measured;

    /// <summary>Measures what each server does alone, then what each does of the callers' requests through a product.</summary>
    /// <param name="limited">Whether the connector knows how many requests each works on at once; else a server takes all that come, and its capacity is one over the time that an answer takes.</param>
    /// <param name="load">The clients.</param>
    /// <param name="seconds">How long it is measured.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LoadShare> Measure(bool limited, LoadProcess load, double seconds, CancellationToken cancellationToken)
    {
        var share = new LoadShare(limited ? "with max_concurrent" : "without max_concurrent");
        using var fleet = await Fleet.Start(cancellationToken);
        foreach (var server in fleet.Servers)
        {
            var callers = limited ? server.Slots : ServersMode.Callers / fleet.Servers.Count;
            var alone = await load.Measure(FleetTraffic.Streams(server.Url.Port, "none", callers, CapacitySeconds), cancellationToken);
            share._measured.Add(new($"{share._name}: {server.Name} alone, {callers} callers", alone));
            share._alone.Add((server.Name, alone.Requests / alone.Seconds));
        }

        using var product = await Product.Start(llm: null, new ProductOptions { Servers = fleet.Json(limited) }, cancellationToken);
        share._measured.Add(new(share._name, await load.Measure(FleetTraffic.Streams(product.Port, product.ApiKey, ServersMode.Callers, seconds), cancellationToken)));
        await Console.Error.WriteLineAsync($"measured: load {share._name}");
        return share;
    }

    /// <summary>The figures.</summary>
    public IEnumerable<Finding> Findings()
    {
        var result = _measured[^1].Result;
        var all = result.ByServer.Values.Sum();
        var most = 0.0;
        foreach (var (server, capacity) in _alone)
        {
            var due = 100 * capacity / _alone.Sum(one => one.Capacity);
            var got = 100.0 * result.ByServer.GetValueOrDefault(server) / all;
            most = Math.Max(most, 100 * Math.Abs((got / due) - 1));
            yield return new Finding($"{_name}: {server}'s share of capacity", "%", due);
            yield return new Finding($"{_name}: {server}'s share of requests", "%", got);
        }

        yield return new Finding($"{_name}: largest difference, of the share of capacity", "%", most).AtMost(MostPercent);
        yield return new Finding($"{_name}: answers", "1/s", result.Requests / result.Seconds);
        yield return new Finding($"{_name}: errors", "", result.Errors).Zero();
    }
}
