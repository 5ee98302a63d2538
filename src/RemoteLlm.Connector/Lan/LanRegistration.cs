using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Connector.Access;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Hosting.Edge.Cors;

namespace RemoteLlm.Connector.Lan;

/// <summary>Registration of the LAN port.</summary>
internal static class LanRegistration
{
    /// <summary>Adds the port, which listens when the host starts. To be called after <see cref="ICallerCheck"/> was registered, in whose place its own steps.</summary>
    public static IServiceCollection AddLanPort(this IServiceCollection services, LanSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<LanAddress>();
        services.AddSingleton<LanAccess>();
        services.AddSingleton<IEdgeAccess>(provider => provider.GetRequiredService<LanAccess>());
        services.AddSingleton<ICallerCheck, LanCallerCheck>();
        services.AddSingleton<IModelCatalogue, LanModels>();
        services.AddSingleton<IEdgeLog, LanLog>();
        services.AddSingleton<LanRelay>();
        services.AddEdge(OwnEndpoints.All);
        services.AddEdgeCors(settings.Origins);
        services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = EdgeLimits.MaxUnread);
        services.AddHostedService<LanKeysFile>();
        services.AddSingleton<LanPort>();
        services.AddSingleton<IDrainStep>(provider => provider.GetRequiredService<LanPort>());
        return services.AddHostedService(provider => provider.GetRequiredService<LanPort>());
    }
}
