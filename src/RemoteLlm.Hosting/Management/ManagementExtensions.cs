using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Logging;
using RemoteLlm.Hosting.Metrics;

namespace RemoteLlm.Hosting.Management;

/// <summary>Adds the management port to a host.</summary>
public static class ManagementExtensions
{
    /// <summary>
    /// Adds the management port with <c>/health</c>, <c>/ready</c> (asks every <see cref="IReadinessCheck"/>), <c>/metrics</c> and, with our
    /// logging, <c>/log-level</c>. <see cref="ManagementAddress"/> says where it is.
    /// </summary>
    /// <remarks>Starting the host gives <see cref="Configuration.SettingException"/> where an address that was asked for cannot be had.</remarks>
    public static IServiceCollection AddManagement(this IServiceCollection services, ManagementOptions options)
    {
        services.AddPrometheusMetrics();
        services.AddSingleton(options);
        services.AddSingleton<ManagementAddress>();
        services.AddSingleton<ReadinessReport>();
        services.AddSingleton<IManagementEndpoint, HealthEndpoint>();
        services.AddSingleton<IManagementEndpoint, ReadyEndpoint>();
        services.AddSingleton<IManagementEndpoint, MetricsEndpoint>();
        services.AddSingleton<IManagementEndpoint>(host => new LogLevelEndpoint(host.GetService<LogLevelSwitch>(), host.GetRequiredService<ILogger<LogLevelEndpoint>>()));
        services.AddHostedService<ManagementServer>();
        return services;
    }

    /// <summary>Adds a path of the host's own to the management port.</summary>
    public static IServiceCollection AddManagementEndpoint<T>(this IServiceCollection services)
        where T : class, IManagementEndpoint
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IManagementEndpoint, T>());
        return services;
    }

    /// <summary>Adds a condition for taking traffic.</summary>
    public static IServiceCollection AddReadinessCheck<T>(this IServiceCollection services)
        where T : class, IReadinessCheck
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IReadinessCheck, T>());
        return services;
    }
}
