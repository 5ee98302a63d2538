using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Link;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Connector.Tests.Link;

public sealed class BrokerLinkTests
{
    private static readonly Roster s_nobody = new(1, []);

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
            new SessionAnswer(new SessionGrant(1, "home", "s", "x", 1, false, new Roster(1, [null!])), null),
            new SessionAnswer(new SessionGrant(1, "home", null!, null!, 1, false, s_nobody), null),
            null!,
        ]);
        await using var broker = await BrokerAsync(script);
        var address = broker.Urls.Single();
        Assert.True(BrokerAddress.TryParse(address, allowInsecure: false, out var parsed, out _));
        var options = new LinkOptions { Broker = parsed, Token = TokenSource.Fixed(ConnectorToken.Generate()), RefusedWait = TimeSpan.Zero };
        var (state, time) = (new LinkState(), TimeProvider.System);
        using var dialer = new BrokerDialer(options, time);
        var keeper = new ChannelKeeper(dialer, new ChannelListener(), state, options, new ChannelOptions(), time, NullLogger<ChannelKeeper>.Instance);
        using var link = new BrokerLink(
            dialer, keeper, new RosterHolder(time), new NoModels(), state, options, new Lifetime(), time, NullLoggerFactory.Instance, NullLogger<BrokerLink>.Instance);

        await link.StartAsync(Token);
        await script.Played.OrHang();

        Assert.False(link.ExecuteTask!.IsCompleted);
        Assert.Null(state.ConnectorId);
        Assert.NotNull(state.Problem);
        await link.StopAsync(Token).OrHang();
        Assert.True(link.ExecuteTask!.IsCompletedSuccessfully);
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

    private sealed class NoModels : IModelSource
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public ModelInventory Inventory => ModelInventory.Empty;
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => Assert.Fail("The connector must not stop.");
    }
}
