using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Playback;
using RemoteLlm.Replay.Recording;
using RemoteLlm.Replay.Serving;

namespace RemoteLlm.Replay;

/// <summary>A small LLM server that plays cassettes, writes them, or passes through.</summary>
public static class ReplayServer
{
    /// <summary>Makes a server. The caller starts and stops it, and reads its address from <c>IServer</c>'s features or <see cref="WebApplication.Urls"/>.</summary>
    /// <param name="options">What it serves; read once.</param>
    /// <param name="logging">Where it logs to; null logs nothing.</param>
    /// <exception cref="SettingException">The address is not one to listen on; record or live mode lacks a target, or record mode a folder.</exception>
    /// <exception cref="CassetteException">A cassette cannot be read; the message says where.</exception>
    public static WebApplication Create(ReplayOptions options, Action<ILoggingBuilder>? logging = null)
    {
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp)
        {
            throw new SettingException($"The replay server cannot listen on '{options.Url}'; name an address such as http://127.0.0.1:5090.");
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ReplayServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBody.MostBytes;

            // A stalled reader or writer is what some tests are about.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        logging?.Invoke(builder.Logging);

        // A cassette that cuts its answer reaches Kestrel as an exception; failures of ours are logged by ours.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical);
        var serve = options.Mode == ReplayMode.Replay ? AddCassettes(builder.Services, options) : AddRelay(builder.Services, options);

        var app = builder.Build();
        app.Urls.Add(options.Url);
        app.Run(context => RequestFailures.Guard(context, serve(app.Services)));
        return app;
    }

    private static Func<IServiceProvider, ServeRequest> AddCassettes(IServiceCollection services, ReplayOptions options)
    {
        var cassettes = options.CassettesDirectory is { } directory ? CassetteFiles.FromDirectory(directory) : CassetteFiles.Embedded();
        services.AddSingleton(new CassetteLibrary(cassettes));
        services.AddSingleton(new CassettePlayer(options.Pacing, options.Time));
        services.AddSingleton<PlayCounts>();
        services.AddSingleton<CassetteEndpoint>();
        return provider => provider.GetRequiredService<CassetteEndpoint>().Serve;
    }

    private static Func<IServiceProvider, ServeRequest> AddRelay(IServiceCollection services, ReplayOptions options)
    {
        if (options.Target is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            throw new SettingException($"The mode {options.Mode} needs the http or https address of an LLM server: set {ReplayEnvironment.Target}, or --target.");
        }

        services.AddSingleton(_ => TargetClient.Create());
        if (options.Mode == ReplayMode.Record)
        {
            var directory = options.CassettesDirectory ?? throw new SettingException("Recording needs a folder for its cassettes: set --cassettes.");
            Directory.CreateDirectory(directory);
            services.AddSingleton(provider => new Recorder(directory, options.Target, options.Time, provider.GetRequiredService<ILogger<Recorder>>()));
        }

        services.AddSingleton(provider => new RelayEndpoint(
            provider.GetRequiredService<HttpMessageInvoker>(),
            options,
            provider.GetService<Recorder>(),
            provider.GetRequiredService<ILogger<RelayEndpoint>>()));
        return provider => provider.GetRequiredService<RelayEndpoint>().Serve;
    }
}
