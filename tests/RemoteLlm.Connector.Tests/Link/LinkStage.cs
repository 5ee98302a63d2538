using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Tests.Usage;
using RemoteLlm.Connector.Usage;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Connector.Tests.Link;

/// <summary>The link of a connector without the connector: no models, and nobody who serves what the channels bring.</summary>
internal sealed class LinkStage : IAsyncDisposable
{
    private readonly ILoggerFactory _loggers;
    private readonly BrokerDialer _dialer;

    public LinkStage(LinkOptions options, TimeProvider time)
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(Logs));
        _dialer = new BrokerDialer(options, time);
        var keeper = new ChannelKeeper(_dialer, new ChannelListener(), State, options, new ChannelOptions(), time, _loggers, _loggers.CreateLogger<ChannelKeeper>());
        Link = new BrokerLink(
            _dialer, keeper, new RosterHolder(time), new NoModels(), new StatusReporter(new NoServers(), time), new LedgerLine(new FakeLedger()), State, options, new Lifetime(), time, _loggers, _loggers.CreateLogger<BrokerLink>());
    }

    public BrokerLink Link { get; }

    public LinkState State { get; } = new();

    public LogRecorder Logs { get; } = new();

    /// <summary>Looks again, each time something was logged, until the condition holds.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        while (true)
        {
            var next = Logs.Next;
            if (holds())
                return;
            await next.OrHang("something that makes the condition true");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Link.StopAsync(CancellationToken.None).OrHang();
        Link.Dispose();
        _dialer.Dispose();
        _loggers.Dispose();
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

    private sealed class NoServers : IStatusSource
    {
        public ConnectorStatus Current => new([], []);
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => Assert.Fail("The connector must not stop.");
    }
}
