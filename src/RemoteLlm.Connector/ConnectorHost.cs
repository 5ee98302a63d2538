using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Connector.Lan;
using RemoteLlm.Connector.Limits;
using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Observability;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Connector.Status;
using RemoteLlm.Connector.Usage;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Hosting.Management;
using RemoteLlm.Protocol.Conversations;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Forwarding;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Connector;

/// <summary>Puts a connector together.</summary>
public static class ConnectorHost
{
    /// <summary>A connector that is ready to be started.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="logging">Where it logs to.</param>
    /// <exception cref="SettingException">A setting is wrong; the message says which and what to do.</exception>
    public static WebApplication Create(ConnectorOptions options, Action<ILoggingBuilder> logging)
    {
        Check(options);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(ConnectorHost).Assembly.GetName().Name, Args = [] });
        // Settings come from the options alone: an appsettings.json in the folder we happen to be started in, or an ASPNETCORE_ variable, overrides nothing unseen.
        ((IConfigurationBuilder)builder.Configuration).Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        logging(builder.Logging);
        // It would announce that "http://tunnel" is listened at.
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenToTunnel());
        AddServices(builder.Services, options);

        var app = builder.Build();
        var relay = app.Services.GetRequiredService<RelayHandler>();
        app.Run(relay.HandleAsync);
        return app;
    }

    private static void Check(ConnectorOptions options)
    {
        var problems = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true))
            throw new SettingException(problems[0].ErrorMessage!);
        var llm = new LlmServerOptionsValidator().Validate(null, options.Llm);
        if (llm.Failed)
            throw new SettingException(llm.FailureMessage!);
        if (options is { Link: null, Lan: null })
            throw new SettingException("there is nobody to serve: give the broker's address in --broker, or a port for this network in --listen");
        // A token that is missing now would be missing at every dial: say so at once, in one line.
        if (options.Link?.Token.TryRead(out _, out var problem) is false)
            throw new SettingException(problem);
        if (options.Link?.CaFile is { } file && !File.Exists(file))
            throw new SettingException($"the certificate authority's file {file} does not exist: give the path of a PEM file in --ca-file");
    }

    private static void AddServices(IServiceCollection services, ConnectorOptions options)
    {
        services.AddSingleton<IHostLifetime, CallerLifetime>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(options.Llm);
        services.AddSingleton(options.Channels);
        services.AddTunnelListener(new ChannelListener());

        services.AddSingleton<IRegistrySource>(new CommandLineSource(options.Llm));
        if (options.Data is { } data)
        {
            services.AddSingleton(provider => new ServersFile(data, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ServersFile>>()));
            services.AddSingleton<IRegistrySource>(provider => provider.GetRequiredService<ServersFile>());
            services.AddHostedService(provider => provider.GetRequiredService<ServersFile>());
        }

        services.AddLocalAccess(options.Data);
        services.AddSingleton(provider => new SpendingBook(options.Data, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SpendingBook>>()));
        services.AddSingleton(provider => new ServerRegistry(
            provider.GetServices<IRegistrySource>(), provider.GetRequiredService<SpendingBook>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService(provider => provider.GetRequiredService<ServerRegistry>());
        services.AddSingleton<Dispatcher>();
        services.AddHostedService<QueueWake>();

        services.AddSingleton<RosterHolder>();
        services.AddSingleton<CredentialCheck>();
        services.AddSingleton<ICallerCheck>(provider => provider.GetRequiredService<CredentialCheck>());
        services.AddSingleton<RunningCallers>();
        services.AddSingleton<UserAccounts>();
        services.AddSingleton<IBudgetBook>(provider => provider.GetRequiredService<UserAccounts>());
        services.AddSingleton<TokenNeeds>();
        services.AddSingleton(new BodySpool(options.MaxSpool));
        services.AddSingleton<ConversationMemory>();
        services.AddSingleton<RouteChoices>();
        services.AddTokenEstimates(options.Data);
        services.AddSingleton<ContextCheck>();
        services.AddSingleton<WaitingExchanges>();
        services.AddSingleton<ServerQueue>();
        services.AddSingleton<ServerAttempts>();
        services.AddSingleton<ServerCourse>();
        services.AddSingleton<TokenCountRelay>();
        services.AddSingleton<AnswerRelay>();
        services.AddSingleton<RerankRelay>();
        services.AddSingleton<ServerForwarder>();
        services.AddSingleton<RelayHandler>();

        services.AddSingleton<LinkState>();
        services.AddSingleton<ServedModels>();
        services.AddSingleton<IModelSource>(provider => provider.GetRequiredService<ServedModels>());
        services.AddUsage();
        if (options.Link is { } link)
            services.AddUsageSettlement(options.Data).AddBrokerLink(link);
        if (options.Lan is { } lan)
            services.AddLanPort(LanSettings.Read(lan, hasBroker: options.Link is not null));
        services.AddDraining(options.DrainGrace);

        services.AddRelayEvents();
        services.AddStatus();
        services.AddManagement(new ManagementOptions { Urls = options.ManagementUrls, DefaultPort = ManagementOptions.ConnectorPort });
        services.AddReadinessCheck<DrainReadiness>();
        services.AddReadinessCheck<LlmReadiness>();
    }
}
