using Microsoft.AspNetCore.SignalR;
using RemoteLlm.Connector.Link;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Link;

/// <summary>The broker is told of servers and queue when something has changed, and at most once a second.</summary>
public sealed class StatusReporterTests
{
    private static readonly ServerStatus s_server = new("gpu", "vllm", Healthy: true) { Slots = 2, Models = ["m"] };

    private readonly ManualTime _time = new();
    private readonly Hub _hub = new();
    private readonly Source _source = new() { Current = new ConnectorStatus([s_server], []) };

    [Fact]
    public async Task Status_is_told_at_first_and_then_when_it_has_changed_without_models_that_are_known()
    {
        using var stop = new CancellationTokenSource();
        var running = new StatusReporter(_source, _time).RunAsync(_hub, stop.Token);
        Assert.Equal(["m"], Assert.Single(_hub.Told).Servers[0].Models!);

        await Next();
        Assert.Single(_hub.Told);

        _source.Current = new ConnectorStatus([s_server with { Busy = 1 }], [new WaitingRequest("req_1", 1, 3)]);
        await Next();
        Assert.Equal(2, _hub.Told.Count);
        Assert.Equal((1, (IReadOnlyList<string>?)null), (_hub.Told[1].Servers[0].Busy, _hub.Told[1].Servers[0].Models));
        Assert.Equal(new WaitingRequest("req_1", 1, 3), Assert.Single(_hub.Told[1].Waiting));

        // Equal to what was told, though not the same object.
        _source.Current = new ConnectorStatus([s_server with { Busy = 1, Models = ["m"] }], [new WaitingRequest("req_1", 1, 3)]);
        await Next();
        Assert.Equal(2, _hub.Told.Count);

        _source.Current = new ConnectorStatus([s_server with { Busy = 1, Models = ["m", "n"] }], []);
        await Next();
        Assert.Equal(["m", "n"], _hub.Told[2].Servers[0].Models!);

        await stop.CancelAsync();
        await running.OrHang();
    }

    [Fact]
    public async Task Broker_that_does_not_take_it_is_not_told_again_over_this_connection()
    {
        _hub.Answer = Task.FromException(new HubException("no such method"));
        await new StatusReporter(_source, _time).RunAsync(_hub, CancellationToken.None).OrHang();
        Assert.Single(_hub.Told);
    }

    private async Task Next()
    {
        await _time.UntilArmedFor(StatusReporter.Period);
        _time.Advance(StatusReporter.Period);
        await _time.UntilArmedFor(StatusReporter.Period);
    }

    private sealed class Source : IStatusSource
    {
        public required ConnectorStatus Current { get; set; }
    }

    private sealed class Hub : IConnectorHub
    {
        public List<ConnectorStatus> Told { get; } = [];

        public Task Answer { get; set; } = Task.CompletedTask;

        public Task ReportStatus(ConnectorStatus status)
        {
            Told.Add(status);
            return Answer;
        }

        public Task<SessionAnswer> OpenSession(SessionRequest request) => throw new NotSupportedException();

        public Task ReportModels(ModelInventory inventory) => throw new NotSupportedException();

        public Task AcknowledgeRoster(long revision) => throw new NotSupportedException();

        public Task<UsageReceipt> SettleUsage(UsageBatch batch) => throw new NotSupportedException();

        public Task BeginDrain() => throw new NotSupportedException();
    }
}
