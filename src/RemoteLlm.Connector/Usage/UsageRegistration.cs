using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Hosting.Draining;

namespace RemoteLlm.Connector.Usage;

/// <summary>Registration of what brings usage to the broker's ledger.</summary>
internal static class UsageRegistration
{
    /// <summary>Adds what takes usage down. Without a broker no request makes any.</summary>
    public static IServiceCollection AddUsage(this IServiceCollection services)
    {
        services.AddSingleton(provider => new UsageOutbox(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<UsageOutbox>>()));
        return services.AddSingleton<UsageKeeper>();
    }

    /// <summary>Adds what keeps it on the disk and settles it. To be added before the link: it stops after it, and what the link's end brings is written yet.</summary>
    public static IServiceCollection AddUsageSettlement(this IServiceCollection services, string? data)
    {
        services.AddSingleton<LedgerLine>();
        services.AddSingleton<UsageMetrics>();
        services.AddHostedService(provider => new OutboxWriter(
            provider.GetRequiredService<UsageOutbox>(), data, provider.GetRequiredService<IBudgetBook>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OutboxWriter>>()));
        services.AddSingleton<UsageSettler>();
        services.AddHostedService(provider => provider.GetRequiredService<UsageSettler>());
        return services.AddSingleton<IDrainStep, UsageDrain>();
    }
}
