using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Connector.Status;

/// <summary>Registration of the status.</summary>
internal static class StatusRegistration
{
    /// <summary>Adds the status book, <c>GET /status</c> on the management port and the run file.</summary>
    public static IServiceCollection AddStatus(this IServiceCollection services)
    {
        services.AddSingleton<ConnectorStart>();
        services.AddRelayObserver<StatusBook>();
        services.TryAddSingleton<IServerStandings, RegistryStandings>();
        services.AddSingleton<IStatusSource, BrokerStatus>();
        services.AddManagementEndpoint<StatusEndpoint>();
        return services.AddHostedService<RunFileKeeper>();
    }
}
