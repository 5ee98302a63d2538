using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Connector.Observability;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Connector.Link;

/// <summary>Registration of the way to the broker.</summary>
internal static class LinkRegistration
{
    /// <summary>Adds it; readiness asks for it from then on. <see cref="LinkState"/> and <see cref="IModelSource"/> are the host's.</summary>
    public static IServiceCollection AddBrokerLink(this IServiceCollection services, LinkOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<BrokerDialer>();
        services.AddSingleton<ChannelKeeper>();
        services.AddSingleton<StatusReporter>();
        services.AddSingleton<BrokerLink>();
        services.AddHostedService(provider => provider.GetRequiredService<BrokerLink>());
        services.AddSingleton<IDrainStep, LinkDrain>();
        return services.AddReadinessCheck<LinkReadiness>();
    }
}
