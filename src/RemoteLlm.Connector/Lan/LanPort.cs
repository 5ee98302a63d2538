using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Hosting.Edge.Cors;
using RemoteLlm.Hosting.Listening;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Lan;

/// <summary>
/// The connector's own port: a web server apart from that of the tunnel, whose patience (two hours for a request's head, a year for an idle connection) is for one peer that has
/// been let in, not for whoever is on a network. So no request of the one can be taken for one of the other either.
/// </summary>
internal sealed partial class LanPort(
    LanSettings settings, LanAddress address, LanRelay relay, InFlightRequests requests, IServiceProvider services, TimeProvider time, ILogger<LanPort> logger) : IHostedService, IDrainStep, IDisposable
{
    // What is written when the last request is over is on its way to somebody who still reads, and short.
    private static readonly TimeSpan s_lastBytes = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _cut = new(Timeout.InfiniteTimeSpan, time);
    private KestrelServer? _server;
    private Task? _stopping;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = services };
        // Whoever reads a body limits it.
        EdgeLimits.Set(kestrel, maxBody: null);
        foreach (var one in settings.Addresses)
            one.ListenOn(kestrel);
        // Kestrel logs a port that is taken as critical, with its stack; here that is an ordinary outcome.
        var quiet = NullLoggerFactory.Instance;
        // The host's own options have a pool of pages; those of `new` have one that lends no memory when asked for any, which Kestrel does before an answer has begun.
        var sockets = services.GetRequiredService<IOptions<SocketTransportOptions>>();
        _server = new KestrelServer(Options.Create(kestrel), new SocketTransportFactory(sockets, quiet), quiet);
        try
        {
            await _server.StartAsync(new LanApplication(Pipeline(), services.GetRequiredService<IHttpContextFactory>(), logger), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            throw new SettingException($"the LAN port cannot listen: {ListenAddress.Reason(exception)}. Choose another address in --listen.", exception);
        }

        address.Urls = [.. _server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(url => new Uri(url))];
        foreach (var url in address.Urls)
            Listening(logger, url);
        if (settings is { IsOpen: true, NoAuth: true })
            OpenToEverybody(logger);
        else if (settings.IsOpen)
            Open(logger);
    }

    /// <summary>Takes no more connections, and closes each after the request that runs on it.</summary>
    public Task BeginDrainAsync(CancellationToken cancellationToken)
    {
        _stopping ??= _server?.StopAsync(_cut.Token);
        return Task.CompletedTask;
    }

    public async Task EndDrainAsync(CancellationToken cancellationToken)
    {
        _cut.CancelAfter(requests.Count > 0 ? TimeSpan.Zero : s_lastBytes);
        if (_stopping is not null)
            await _stopping;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await BeginDrainAsync(cancellationToken);
        await EndDrainAsync(cancellationToken);
    }

    public void Dispose()
    {
        _server?.Dispose();
        _cut.Dispose();
    }

    private RequestDelegate Pipeline()
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting();
        app.UseEdgeCors(settings.Origins);
        app.UseEndpoints(routes => routes.MapEdge(relay.HandleAsync, UnreadBody.DiscardAsync));
        return app.Build();
    }

    [LoggerMessage(1, LogLevel.Information, "LAN port is on {Url}")]
    private static partial void Listening(ILogger logger, Uri url);

    [LoggerMessage(2, LogLevel.Warning, "LAN port is open to other machines, over plain HTTP: keys and prompts cross the network readable")]
    private static partial void Open(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "LAN port is open to EVERY machine that can reach this one, WITHOUT A KEY: whoever finds it uses the LLM server at your cost. Remove --listen-no-auth, or listen on loopback only")]
    private static partial void OpenToEverybody(ILogger logger);
}
