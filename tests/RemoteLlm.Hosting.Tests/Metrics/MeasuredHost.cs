using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Hosting.Metrics;

namespace RemoteLlm.Hosting.Tests.Metrics;

/// <summary>A meter factory with a registry that listens to it.</summary>
internal sealed class MeasuredHost : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public MeasuredHost(Action<MetricsOptions>? configure = null)
    {
        var options = new MetricsOptions();
        configure?.Invoke(options);
        Meters = _services.GetRequiredService<IMeterFactory>();
        Registry = new PrometheusRegistry(Meters, options, NullLogger<PrometheusRegistry>.Instance);
        Meter = Meters.Create("RemoteLlm.Test");
    }

    public IMeterFactory Meters { get; }

    public Meter Meter { get; }

    public PrometheusRegistry Registry { get; }

    /// <summary>The lines of one family, without their comments.</summary>
    public string[] Samples(string name) =>
        [.. Registry.Write(MetricsFormat.Prometheus).Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal))];

    public void Dispose()
    {
        Registry.Dispose();
        _services.Dispose();
    }
}
