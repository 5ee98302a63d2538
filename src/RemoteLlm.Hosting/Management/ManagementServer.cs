using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Listening;

namespace RemoteLlm.Hosting.Management;

/// <summary>
/// The management port: a Kestrel of its own, apart from the one that carries the traffic, up before everything else in the host and down after it, so that
/// a slow start and a long drain can be watched.
/// </summary>
internal sealed partial class ManagementServer(
    ManagementOptions options,
    ManagementAddress address,
    IEnumerable<IManagementEndpoint> endpoints,
    IServiceProvider services,
    ILogger<ManagementServer> logger) : IHostedLifecycleService, IDisposable
{
    /// <summary>Monitors and a curious operator; more is a mistake or an attack.</summary>
    private const int MaximumConnections = 100;

    private KestrelServer? _server;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        _server = string.IsNullOrWhiteSpace(options.Urls)
            ? await StartOnDefault(cancellationToken)
            : await StartAsAsked(options.Urls, cancellationToken);
        address.Urls = [.. _server.Features.Get<IServerAddressesFeature>()!.Addresses.Select(url => new Uri(url))];
        foreach (var url in address.Urls) Listening(logger, url);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose() => _server?.Dispose();

    private async Task<KestrelServer> StartAsAsked(string urls, CancellationToken cancellationToken)
    {
        var addresses = ListenAddress.ParseList(urls, out var wrong);
        if (wrong is not null)
        {
            throw new SettingException(
                $"The management address '{wrong}' cannot be listened on; give {ManagementOptions.UrlsOption} or {ManagementOptions.UrlsVariable} an address such as http://127.0.0.1:9464 or http://*:9464.");
        }

        try
        {
            return await Start(addresses, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new SettingException(
                $"The management port cannot listen on {urls}: {ListenAddress.Reason(e)}. Choose another with {ManagementOptions.UrlsOption} or {ManagementOptions.UrlsVariable}.", e);
        }
    }

    private async Task<KestrelServer> StartOnDefault(CancellationToken cancellationToken)
    {
        for (var port = options.DefaultPort; ; port++)
        {
            try
            {
                var server = await Start([new ListenAddress(IPAddress.Loopback, port)], cancellationToken);
                if (port != options.DefaultPort) DefaultTaken(logger, options.DefaultPort, port);
                return server;
            }
            catch (IOException e) when (e.InnerException is AddressInUseException)
            {
                if (port + 1 < options.DefaultPort + ManagementOptions.PortsToTry && port < IPEndPoint.MaxPort) continue;
                throw new SettingException(
                    $"The management ports {options.DefaultPort} to {port} are all taken. Choose one with {ManagementOptions.UrlsOption} or {ManagementOptions.UrlsVariable}.", e);
            }
        }
    }

    private async Task<KestrelServer> Start(IReadOnlyList<ListenAddress> addresses, CancellationToken cancellationToken)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        kestrel.Limits.MaxConcurrentConnections = MaximumConnections;
        kestrel.Limits.MaxRequestBodySize = 1024;
        foreach (var one in addresses) one.ListenOn(kestrel);

        var names = new HostNames(addresses.All(one => one.IsLoopback), options.Hosts);
        // Kestrel logs a port that is taken as critical, with its stack; here that is an ordinary outcome.
        var quiet = NullLoggerFactory.Instance;
        var server = new KestrelServer(Options.Create(kestrel), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), quiet), quiet);
        try
        {
            await server.StartAsync(new ManagementApplication(endpoints, names, logger), cancellationToken);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Management is on {Url}")]
    private static partial void Listening(ILogger logger, Uri url);

    [LoggerMessage(2, LogLevel.Warning, "The management port {DefaultPort} is taken; using {Port} instead")]
    private static partial void DefaultTaken(ILogger logger, int defaultPort, int port);
}
