using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Portal.Security;

namespace RemoteLlm.Broker.Portal.Live;

/// <summary>Registration of what makes pages live.</summary>
internal static class LiveRegistration
{
    /// <summary>Where pages connect to.</summary>
    public const string Path = "/live";

    // A token and a few names.
    private const int MaxMessage = 4 * 1024;

    /// <summary>What is there with and without pages: whoever changes something says so.</summary>
    public static void AddLiveSubjects(this IServiceCollection services)
    {
        services.AddSingleton<LiveConnections>();
        services.AddSingleton<LiveSubjects>(provider => new LiveSubjects(
            provider.GetRequiredService<LiveConnections>(), provider.GetRequiredService<IHubContext<LiveHub, ILiveClient>>(), provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>The pages' end of it.</summary>
    public static void AddLive(this IServiceCollection services)
    {
        services.AddSignalR().AddHubOptions<LiveHub>(static hub => hub.MaximumReceiveMessageSize = MaxMessage);
        services.AddTransient<LiveGate>();
        services.AddHostedService<LiveLogins>();
        services.AddHostedService<LiveFeeds>();
    }

    public static void MapLive(this WebApplication app)
    {
        // All that the hub answers: routing takes the path with a slash at its end too, and the negotiation, which our pages skip, is below it.
        app.UseWhen(static context => context.Request.Path.StartsWithSegments(Path), static live => live.UseMiddleware<LiveGate>());
        app.MapHub<LiveHub>(Path, static hub =>
        {
            hub.Transports = HttpTransportType.WebSockets;
            hub.ApplicationMaxBufferSize = MaxMessage;
            hub.CloseOnAuthenticationExpiration = true;
        }).WithMetadata(PortalMark.Instance);
    }
}
