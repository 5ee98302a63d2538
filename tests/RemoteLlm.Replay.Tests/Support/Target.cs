using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Replay.Tests.Support;

/// <summary>An LLM server that does what the test says.</summary>
internal sealed class Target : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Target(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<Target> Start(RequestDelegate serve)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(serve);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new Target(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
