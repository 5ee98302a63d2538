using System.Diagnostics;
using System.Globalization;
using RemoteLlm.Benchmarks.Products;

namespace RemoteLlm.Benchmarks.Soak;

/// <summary>Looks at broker and connector every few seconds, through /proc and their own metrics: on Linux only.</summary>
internal sealed class Sampler(Product product)
{
    private const double MiB = 1024 * 1024;
    private const string HeapMetric = "dotnet_gc_heap_size_bytes";

    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    private readonly long _started = Stopwatch.GetTimestamp();

    public List<Sample> Samples { get; } = [];

    /// <summary>Samples until cancelled.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_every);
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var name in (string[])[Product.Broker, Product.Connector])
                Samples.Add(await Take(name, cancellationToken));
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task<Sample> Take(string name, CancellationToken cancellationToken)
    {
        using var metrics = new Metrics(product.Management(name));
        var heap = await metrics.Read([HeapMetric], cancellationToken);
        var folder = $"/proc/{product[name].Id}";
        var status = await File.ReadAllLinesAsync($"{folder}/status", cancellationToken);
        return new Sample(
            name,
            Stopwatch.GetElapsedTime(_started).TotalHours,
            Field(status, "VmRSS:") / 1024,
            Field(status, "RssAnon:") / 1024,
            heap[0] / MiB,
            Directory.EnumerateFiles($"{folder}/fd").Count(),
            Field(status, "Threads:"));
    }

    // "VmRSS:     12345 kB", see proc_pid_status(5).
    private static double Field(string[] status, string name) =>
        double.Parse(status.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
}
