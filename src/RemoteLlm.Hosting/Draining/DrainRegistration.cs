using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RemoteLlm.Hosting.Draining;

/// <summary>Registration of draining.</summary>
public static class DrainRegistration
{
    // What the servers may take to close their connections once the requests are gone.
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(15);

    /// <summary>Adds <see cref="InFlightRequests"/> and the wait for them; the host's shutdown limit is set above the grace.</summary>
    public static IServiceCollection AddDraining(this IServiceCollection services, TimeSpan grace)
    {
        services.AddSingleton<InFlightRequests>();
        services.Configure<DrainOptions>(options => options.Grace = grace);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = grace + CloseTime);
        return services.AddHostedService<DrainOnStop>();
    }
}
