using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Connector.Metering;

/// <summary>Registration of token estimates.</summary>
internal static class EstimatesRegistration
{
    /// <summary>Adds the estimator; with a data folder, what it learns is kept there.</summary>
    public static IServiceCollection AddTokenEstimates(this IServiceCollection services, string? folder)
    {
        services.AddSingleton<TokenEstimator>();
        services.AddSingleton<AnswerLengths>();
        if (folder is not null)
        {
            services.AddHostedService(provider => new LearnedKeeper(
                provider.GetRequiredService<TokenEstimator>(), Path.Combine(folder, LearnedFile.Name), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LearnedKeeper>>()));
        }

        return services;
    }
}
