using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Logging;
using RemoteLlm.Hosting.Management;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Management;

/// <summary>A host with nothing in it but the management port, and a client that talks to it over a socket.</summary>
internal sealed class ManagedHost : IAsyncDisposable
{
    public ManagedHost(ManagementOptions? options = null, Action<IServiceCollection>? configure = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(Level);
        builder.Logging.AddProvider(Log);
        builder.Services.AddManagement(options ?? new ManagementOptions { DefaultPort = 0 });
        configure?.Invoke(builder.Services);
        Host = builder.Build();
        Client = new HttpClient { Timeout = HangGuard.Limit };
    }

    public ManualTime Time { get; } = new();

    public LogLevelSwitch Level { get; } = new(LogLevel.Information);

    public LogLines Log { get; } = new();

    public IHost Host { get; }

    public HttpClient Client { get; }

    public Uri Url => Host.Services.GetRequiredService<ManagementAddress>().Url!;

    public static async Task<ManagedHost> Started(ManagementOptions? options = null, Action<IServiceCollection>? configure = null)
    {
        var host = new ManagedHost(options, configure);
        await host.Host.StartAsync(TestContext.Current.CancellationToken).OrHang();
        return host;
    }

    public Task<HttpResponseMessage> Get(string path) => Client.GetAsync(new Uri(Url, path), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.StopAsync(TestContext.Current.CancellationToken).OrHang();
        Host.Dispose();
    }

    /// <summary>Tests start and stop the host themselves, and leave the signals of the test process alone.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
