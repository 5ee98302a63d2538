using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;

namespace RemoteLlm.Benchmarks.Servers;

/// <summary>What clients see of a server's being killed while it works for them.</summary>
internal static class ServerLoss
{
    /// <summary>Kills the fastest server, which has the most requests, in the middle of a measurement.</summary>
    public static async Task<Loss> Measure(LoadProcess load, double seconds, CancellationToken cancellationToken)
    {
        using var fleet = await Fleet.Start(cancellationToken);
        using var product = await Product.Start(llm: null, new ProductOptions { Servers = fleet.Json(limited: true) }, cancellationToken);
        using var metrics = new Metrics(product.Management(Product.Connector));
        var before = await metrics.Sum("remotellm_server_failures_total", cancellationToken);

        var command = FleetTraffic.Streams(product.Port, product.ApiKey, ServersMode.Callers, seconds);
        var running = load.Measure(command, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(command.WarmUpSeconds + (seconds / 2)), TimeProvider.System, cancellationToken);
        fleet.Kill(fleet.Servers[0]);
        var result = await running;

        var failures = await metrics.Sum("remotellm_server_failures_total", cancellationToken) - before;
        await Console.Error.WriteLineAsync("measured: a server killed");
        return new Loss(result, failures);
    }

    /// <summary>The figures of all kills together.</summary>
    public static IEnumerable<Finding> Findings(IReadOnlyList<Loss> losses)
    {
        var late = losses.Sum(loss => loss.Result.Errors - loss.Result.EarlyErrors);
        var told = losses.Sum(loss => loss.Result.ToldErrors);
        yield return new Finding("a server killed: errors of requests without a byte", "", losses.Sum(loss => loss.Result.EarlyErrors)).Zero();
        yield return new Finding("a server killed: requests that went to another server", "", losses.Sum(loss => loss.Failures) - late);
        yield return new Finding("a server killed: streams cut and told so", "", told);
        yield return new Finding("a server killed: streams cut without a word", "", late - told).Zero();
    }

    /// <param name="Result">What the clients saw.</param>
    /// <param name="Failures">Tries that failed at a server, as the connector counts them; some were served by another one then.</param>
    internal sealed record Loss(LoadResult Result, double Failures);
}
