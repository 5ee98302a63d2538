using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Management;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Management;

public sealed class ManagementEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_IsAlive()
    {
        await using var host = await ManagedHost.Started();
        using var answer = await host.Get("/health");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("{\"status\":\"alive\"}\n", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Ready_AllChecksHold_Is200WithEachOfThem()
    {
        await using var host = await ManagedHost.Started(null, With(new Check("llm", _ => Readiness.Ready("2 models"))));
        using var answer = await host.Get("/ready");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            "{\"ready\":true,\"checks\":[{\"name\":\"host\",\"ready\":true},{\"name\":\"llm\",\"ready\":true,\"reason\":\"2 models\"}]}\n",
            await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Ready_OneCheckFails_Is503WithItsReason_AndTheOthers()
    {
        await using var host = await ManagedHost.Started(
            null,
            With(
                new Check("llm", _ => Readiness.NotReady("http://localhost:11434 refuses connections")),
                new Check("users", _ => throw new InvalidOperationException("secret detail"))));
        using var answer = await host.Get("/ready");
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(
            [("host", true, null), ("llm", false, "http://localhost:11434 refuses connections"), ("users", false, "the check itself failed; see the log")],
            ChecksOf(body));
        Assert.Contains(host.Log.Lines, line => line == "Warning: Readiness check users failed");
    }

    [Fact]
    public async Task Ready_CheckThatHangs_CountsAsNotReadyAfterItsLimit()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await ManagedHost.Started(null, With(new HangingCheck(asked)));
        var answer = host.Get("/ready");
        await asked.Task.OrHang();
        host.Time.Advance(TimeSpan.FromSeconds(5));
        using var got = await answer.OrHang();
        Assert.Equal([("host", true, null), ("stuck", false, "no answer within 5 s")], ChecksOf(await got.Content.ReadAsStringAsync(Cancel)));
    }

    [Fact]
    public async Task Ready_WhileTheHostDrains_IsRefused_AndThePortAnswersToTheEnd()
    {
        var drain = new Drain();
        await using var host = await ManagedHost.Started(null, services => services.AddSingleton<IHostedService>(drain));
        drain.Ask = async () => ((await host.Get("/ready")).StatusCode, (await host.Get("/health")).StatusCode);
        await host.Host.StopAsync(Cancel).OrHang();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), drain.Seen);
        await Assert.ThrowsAsync<HttpRequestException>(() => host.Get("/health"));
    }

    [Theory]
    [InlineData("*/*", "text/plain; version=0.0.4; charset=utf-8", false)]
    [InlineData("application/openmetrics-text; version=1.0.0", "application/openmetrics-text; version=1.0.0; charset=utf-8", true)]
    public async Task Metrics_AreInTheFormatAskedFor(string accept, string contentType, bool endMark)
    {
        await using var host = await ManagedHost.Started();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Url, "/metrics"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await host.Client.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(contentType, answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("process_cpu_seconds_total ", text, StringComparison.Ordinal);
        Assert.Equal(endMark, text.EndsWith("# EOF\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LogLevel_IsShownAndChanged()
    {
        await using var host = await ManagedHost.Started();
        Assert.Equal("Information\n", await host.Client.GetStringAsync(new Uri(host.Url, "/log-level"), Cancel));
        using var changed = await host.Client.PutAsync(new Uri(host.Url, "/log-level"), new StringContent("debug\n"), Cancel);
        Assert.Equal("Debug\n", await changed.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(LogLevel.Debug, host.Level.Level);
    }

    [Theory]
    [InlineData("loud", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task LogLevel_BadName_ChangesNothing(string body, HttpStatusCode status)
    {
        await using var host = await ManagedHost.Started();
        using var answer = await host.Client.PutAsync(new Uri(host.Url, "/log-level"), new StringContent(body), Cancel);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains("Trace, Debug", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(LogLevel.Information, host.Level.Level);
    }

    [Fact]
    public async Task LogLevel_HugeBody_IsRefused()
    {
        await using var host = await ManagedHost.Started();
        using var answer = await host.Client.PutAsync(new Uri(host.Url, "/log-level"), new StringContent(new string('x', 2000)), Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task UnknownPath_NamesThoseThatExist()
    {
        await using var host = await ManagedHost.Started();
        using var answer = await host.Get("/nothing");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("Here are /health, /ready, /metrics, /log-level.\n", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task WrongMethod_IsToldTheRightOnes()
    {
        await using var host = await ManagedHost.Started();
        using var answer = await host.Client.PostAsync(new Uri(host.Url, "/metrics"), null, Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
    }

    private static Action<IServiceCollection> With(params IReadinessCheck[] checks) => services =>
    {
        foreach (var check in checks) services.AddSingleton(check);
    };

    private static (string, bool, string?)[] ChecksOf(string body)
    {
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.GetProperty("checks").EnumerateArray().Select(check => (
            check.GetProperty("name").GetString()!,
            check.GetProperty("ready").GetBoolean(),
            check.TryGetProperty("reason", out var reason) ? reason.GetString() : null))];
    }

    private sealed class Check(string name, Func<CancellationToken, Readiness> check) : IReadinessCheck
    {
        public string Name => name;

        public ValueTask<Readiness> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(check(cancellationToken));
    }

    private sealed class HangingCheck(TaskCompletionSource asked) : IReadinessCheck
    {
        public string Name => "stuck";

        public async ValueTask<Readiness> CheckAsync(CancellationToken cancellationToken)
        {
            asked.TrySetResult();
            // Deaf to its token, too.
            await new TaskCompletionSource().Task;
            return Readiness.Ready();
        }
    }

    /// <summary>Stops like a server with running requests: while it does, the port is asked.</summary>
    private sealed class Drain : IHostedService
    {
        public Func<Task<(HttpStatusCode Ready, HttpStatusCode Health)>>? Ask { get; set; }

        public (HttpStatusCode Ready, HttpStatusCode Health) Seen { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            // Once: disposing the host stops it again.
            if (Ask is null) return;
            Seen = await Ask();
            Ask = null;
        }
    }
}
