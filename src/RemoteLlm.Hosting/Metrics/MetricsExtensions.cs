using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RemoteLlm.Hosting.Metrics;

/// <summary>Adds the metrics to a host.</summary>
public static class MetricsExtensions
{
    /// <summary>
    /// Adds the <see cref="PrometheusRegistry"/> with the metrics of the process. The management port serves them; whatever is measured
    /// before the registry is first resolved, which the management port does at start, is not counted.
    /// </summary>
    public static IServiceCollection AddPrometheusMetrics(this IServiceCollection services, Action<MetricsOptions>? configure = null)
    {
        var options = new MetricsOptions();
        configure?.Invoke(options);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(options);
        services.TryAddSingleton<ProcessMetrics>();
        services.TryAddSingleton(provider =>
        {
            provider.GetRequiredService<ProcessMetrics>();
            return ActivatorUtilities.CreateInstance<PrometheusRegistry>(provider);
        });
        return services;
    }
}
