using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Replay.Playback;

namespace RemoteLlm.Replay.Tests.Support;

/// <summary>A replay server on a free port, and a client for it.</summary>
internal sealed class RunningReplay : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningReplay(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    /// <summary>All cassettes of the repository.</summary>
    public static string RepositoryCassettes => Path.Combine(AppContext.BaseDirectory, "cassettes");

    public Uri Address { get; }

    public HttpClient Client { get; }

    public PlayCounts Counts => _app.Services.GetRequiredService<PlayCounts>();

    public CassetteLibrary Library => _app.Services.GetRequiredService<CassetteLibrary>();

    /// <summary>Plays a folder without waits.</summary>
    public static Task<RunningReplay> Play(string directory) => Start(new ReplayOptions { CassettesDirectory = directory, Pacing = ReplayPacing.None });

    public static async Task<RunningReplay> Start(ReplayOptions options)
    {
        var app = ReplayServer.Create(options);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningReplay(app);
    }

    public Task<HttpResponseMessage> Post(string path, string json) =>
        Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(json) }, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
