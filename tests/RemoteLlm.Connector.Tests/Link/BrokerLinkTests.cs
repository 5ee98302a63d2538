using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Link;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Link;

public sealed class BrokerLinkTests
{
    private static readonly RosterPush s_nobody = new(1, null, [], [], []);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connector_goes_on_dialling_whatever_the_broker_answers()
    {
        var script = new Script(
        [
            new SessionAnswer(null, null),
            new SessionAnswer(new SessionGrant(1, "home", "s", "x", 1_000_000_000, false, s_nobody), null),
            new SessionAnswer(new SessionGrant(1, "home", "s", "x", -1, false, s_nobody), null),
            new SessionAnswer(new SessionGrant(1, "home", "s", "x", 1, false, null!), null),
            new SessionAnswer(new SessionGrant(1, "home", "s", "x", 1, false, s_nobody with { Users = [null!] }), null),
            new SessionAnswer(new SessionGrant(1, "home", null!, null!, 1, false, s_nobody), null),
            null!,
        ]);
        await using var broker = await BrokerAsync(script);
        var address = broker.Urls.Single();
        Assert.True(BrokerAddress.TryParse(address, allowInsecure: false, out var parsed, out _));
        var options = new LinkOptions { Broker = parsed, Token = TokenSource.Fixed(ConnectorToken.Generate()), RefusedWait = TimeSpan.Zero };
        await using var stage = new LinkStage(options, TimeProvider.System);

        await stage.Link.StartAsync(Token);
        await script.Played.OrHang();

        Assert.False(stage.Link.ExecuteTask!.IsCompleted);
        Assert.Null(stage.State.ConnectorId);
        Assert.NotNull(stage.State.Problem);
        await stage.Link.StopAsync(Token).OrHang();
        Assert.True(stage.Link.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_refused_connector_dials_again_as_soon_as_there_is_a_new_token()
    {
        using var folder = new TemporaryFolder();
        await using var target = await DialTarget.StartAsync();
        target.Answer = response => response.StatusCode = 401;
        var time = new ManualTime();
        var file = folder.Write("connector.token", ConnectorToken.Generate());
        await using var stage = new LinkStage(new LinkOptions { Broker = target.Address(), Token = TokenSource.FromFile(file) }, time);
        await stage.Link.StartAsync(Token);
        var refusal = await stage.Logs.Until("Control down");
        Assert.True(refusal.Says("connectors add", file, " 60000"), refusal.Message);
        await time.UntilArmed();

        var another = ConnectorToken.Generate();
        folder.Write("connector.token", another);
        time.Advance(TimeSpan.FromSeconds(1));

        await stage.UntilAsync(() => target.Seen.Count == 2);
        Assert.Equal($"Bearer {another}", target.Seen[1].Authorization);
        Assert.Equal(TimeSpan.FromSeconds(1), time.GetElapsedTime(0));
    }

    [Fact]
    public async Task The_broker_is_dialled_again_when_it_said_and_an_outage_is_told_once()
    {
        await using var target = await DialTarget.StartAsync();
        target.Answer = response => (response.StatusCode, response.Headers.RetryAfter) = (503, "30");
        var time = new ManualTime();
        await using var stage = new LinkStage(new LinkOptions { Broker = target.Address(), Token = TokenSource.Fixed(ConnectorToken.Generate()) }, time);
        await stage.Link.StartAsync(Token);

        for (var failure = 1; failure <= 7; failure++)
        {
            await stage.UntilAsync(() => stage.Logs.Entries.Count(entry => entry.Says("Control down")) == failure);
            await time.UntilArmed();
            Assert.Equal(failure, target.Seen.Count);
            Assert.Equal(failure, stage.State.Failures);
            time.Advance(TimeSpan.FromSeconds(29.9));
            Assert.Equal(failure, target.Seen.Count);
            time.Advance(TimeSpan.FromSeconds(3.2));
        }

        var alert = Assert.Single(stage.Logs.Entries, entry => entry.Level == LogLevel.Error);
        Assert.True(alert.Says("Broker unreachable", "stopping or not ready", " 5 "), alert.Message);
        Assert.Equal(1, stage.State.Alerts);
    }

    private static async Task<WebApplication> BrokerAsync(Script script)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(script);
        builder.Services.AddSignalR();
        var app = builder.Build();
        app.MapHub<ScriptedHub>(ControlContract.Path);
        await app.StartAsync(Token);
        return app;
    }

    internal sealed class Script(IReadOnlyList<SessionAnswer> answers)
    {
        private readonly TaskCompletionSource _played = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _next;

        /// <summary>Completes when the connector has come back after the last answer.</summary>
        public Task Played => _played.Task;

        public SessionAnswer Next()
        {
            var next = Interlocked.Increment(ref _next) - 1;
            if (next >= answers.Count)
                _played.TrySetResult();
            return answers[next % answers.Count];
        }
    }

    internal sealed class ScriptedHub(Script script) : Hub
    {
        public SessionAnswer OpenSession(SessionRequest request) => request.Instance.Length > 0 ? script.Next() : throw new HubException("no instance");
    }
}
