using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Api;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Observability;
using RemoteLlm.Broker.Observability.Requests;
using RemoteLlm.Broker.OpenApi;
using RemoteLlm.Broker.Portal;
using RemoteLlm.Broker.Portal.Security;
using RemoteLlm.Broker.Routing;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Broker.Usage.Spending;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Hosting.Edge.Cors;
using RemoteLlm.Hosting.Management;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Conversations;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Broker;

/// <summary>Puts a broker together.</summary>
public static class BrokerHost
{
    /// <summary>A broker that is ready to be started.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="logging">Where it logs to.</param>
    /// <exception cref="SettingException">A setting is wrong; the message says which and what to do.</exception>
    public static WebApplication Create(BrokerOptions options, Action<ILoggingBuilder> logging)
    {
        BrokerOptionsCheck.Check(options);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(BrokerHost).Assembly.GetName().Name, Args = [] });
        // Settings come from the options alone: an appsettings.json in the folder we happen to be started in, or an ASPNETCORE_ variable, overrides nothing unseen.
        ((IConfigurationBuilder)builder.Configuration).Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        logging(builder.Logging);
        // A form's cookie that is not sealed by us is an error with a stack trace there: anybody can send one, and everybody does after a change of the session secret. Forms are refused and say why.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None);
        builder.WebHost.UseUrls(options.Urls);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => EdgeLimits.Set(kestrel, options.MaxBody));
        builder.WebHost.UseSockets(sockets => sockets.MaxReadBufferSize = EdgeLimits.MaxUnread);
        AddServices(builder.Services, options);

        var app = builder.Build();
        app.UseForwardedHeaders(Forwarded(options));
        app.UseEdgeCors(BrokerOptionsCheck.Origins(options));
        app.UseWebSockets();
        app.UsePortal();
        app.UseMiddleware<ConnectorAuthentication>();
        app.MapHub<ConnectorHub>(ControlContract.Path, hub =>
        {
            hub.Transports = HttpTransportType.WebSockets;
            hub.ApplicationMaxBufferSize = ControlContract.MaxMessageToBroker;
        });
        app.Map(ChannelHandshake.Path, (HttpContext context, ChannelEndpoint channels) => channels.HandleAsync(context));
        app.MapPortal();
        app.MapApi();
        return app;
    }

    // One proxy in front is believed, and only where the operator says it stands.
    private static ForwardedHeadersOptions Forwarded(BrokerOptions options)
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = 1 };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in BrokerOptionsCheck.Proxies(options))
            forwarded.KnownIPNetworks.Add(network);
        // The framework takes an empty list for "believe anybody".
        if (forwarded.KnownIPNetworks.Count == 0)
            forwarded.ForwardedHeaders = ForwardedHeaders.None;
        return forwarded;
    }

    private static void AddServices(IServiceCollection services, BrokerOptions options)
    {
        services.AddSingleton<IHostLifetime, CallerLifetime>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(options.Connectors);
        services.AddSingleton(options.Channels);

        services.AddSingleton(new AccessFilesOptions(options.Data, options.DefaultLimits, BrokerOptionsCheck.Keys(options)));
        services.AddSingleton<AccessFiles>();
        services.AddHostedService(provider => provider.GetRequiredService<AccessFiles>());
        services.AddSingleton<EdgeDirectory>();
        services.AddSingleton<EdgeAccess>();
        services.AddSingleton<IEdgeAccess>(provider => provider.GetRequiredService<EdgeAccess>());

        services.AddSingleton(new LedgerOptions(options.Data));
        services.AddSingleton(new BillingProofs(options.Data));
        services.AddSingleton<LedgerMetrics>();
        services.AddSingleton(provider => new UserBudgets(provider.GetRequiredService<AccessFiles>(), static user => user.Budget));
        services.AddSingleton<EntryStarts>();
        services.AddSingleton(provider => new UsageTotals(provider.GetRequiredService<EntryStarts>().Of));
        services.AddSingleton(provider => new UsageHistory(provider.GetRequiredService<TimeProvider>(), starts: provider.GetRequiredService<EntryStarts>().Of));
        services.AddSingleton<KeyHistory>();
        services.AddSingleton<CancelledRequests>();
        services.AddSingleton<BudgetGate>();
        services.AddSingleton<UsageLedger>();
        services.AddSingleton<IUsageLedger>(provider => provider.GetRequiredService<UsageLedger>());
        services.AddHostedService(provider => provider.GetRequiredService<UsageLedger>());

        services.AddSignalR(hub =>
        {
            hub.MaximumReceiveMessageSize = ControlContract.MaxMessageToBroker;
            hub.KeepAliveInterval = ControlContract.KeepAlive;
            hub.ClientTimeoutInterval = ControlContract.Timeout;
        });
        services.AddSingleton<DialThrottle>();
        services.AddSingleton<ControlLobby>();
        services.AddTransient<ConnectorAuthentication>();
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<Rosters>();
        services.AddSingleton<ConnectorCalls>();
        services.AddSingleton<SessionEnds>();
        services.AddSingleton<SessionSuccession>();
        services.AddSingleton<ConnectorSessions>();
        services.AddSingleton<ChannelEndpoint>();
        services.AddHostedService<RosterPublisher>();
        services.AddSingleton<UsageIntake>();
        services.AddHostedService<SpendingPublisher>();

        services.AddSingleton<ModelRouter>();
        services.AddSingleton<ConversationMemory>();
        services.AddSingleton(new BodySpool(options.MaxSpool));
        services.AddSingleton<Heartbeats>();
        services.AddSingleton<AnswerRelay>();
        services.AddSingleton<LineLoss>();
        services.AddSingleton<TunnelRequest>();
        services.AddSingleton<ConnectorForwarder>();
        services.AddSingleton<RelayHandler>();
        services.AddSingleton<IModelCatalogue, RoutedModels>();
        services.AddEdge(BrokerEndpoints.All);
        services.AddSingleton<DescriptionHandler>();
        services.AddEdgeCors(BrokerOptionsCheck.Origins(options));
        services.AddSingleton<BrokerMetrics>();
        services.AddSingleton<LiveRequests>();
        services.AddSingleton<RequestLog>();
        services.AddSingleton<IEdgeLog>(provider => provider.GetRequiredService<RequestLog>());
        services.AddSingleton<IDrainStep, SessionDrain>();
        services.AddDraining(options.DrainGrace);

        services.AddPortal(options.Portal);

        services.AddManagement(new ManagementOptions { Urls = options.ManagementUrls, DefaultPort = ManagementOptions.BrokerPort });
        services.AddReadinessCheck<DrainReadiness>();
        services.AddReadinessCheck<AccessReadiness>();
        services.AddReadinessCheck<LedgerReadiness>();
        services.AddReadinessCheck<ConnectorReadiness>();
    }
}
