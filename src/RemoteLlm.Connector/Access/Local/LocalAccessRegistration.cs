using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Connector.Access.Local;

/// <summary>Registration of the owner's rules.</summary>
internal static class LocalAccessRegistration
{
    /// <summary>Adds them. To be called before whatever takes requests: they are read when the host starts, in the order in which its parts were added.</summary>
    /// <param name="services">The connector's services.</param>
    /// <param name="folder">The data folder; null for none, where nothing is narrowed.</param>
    public static IServiceCollection AddLocalAccess(this IServiceCollection services, string? folder)
    {
        if (folder is not null)
        {
            services.AddSingleton(provider => new AccessFile(folder, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AccessFile>>()));
            services.AddHostedService(provider => provider.GetRequiredService<AccessFile>());
        }

        services.AddSingleton<LocalAccess>();
        return services.AddHostedService(provider => provider.GetRequiredService<LocalAccess>());
    }
}
