using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RemoteLlm.Connector.Observability.Events;

/// <summary>Registration of the events of requests and of their observers.</summary>
internal static class RelayEventsRegistration
{
    /// <summary>Adds <see cref="RelayEvents"/> with the log and the metrics as observers.</summary>
    public static IServiceCollection AddRelayEvents(this IServiceCollection services)
    {
        services.AddSingleton<RelayEvents>();
        return services.AddRelayObserver<RequestLog>().AddRelayObserver<ConnectorMetrics>();
    }

    /// <summary>Adds an observer; the container has it under its own type too.</summary>
    public static IServiceCollection AddRelayObserver<T>(this IServiceCollection services)
        where T : class, IRelayObserver
    {
        services.TryAddSingleton<T>();
        return services.AddSingleton<IRelayObserver>(provider => provider.GetRequiredService<T>());
    }
}
