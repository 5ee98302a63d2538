using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RemoteLlm.Broker.Observability;
using RemoteLlm.Broker.Usage;

namespace RemoteLlm.Broker.Tests.Usage;

public sealed class LedgerMetricsTests : IAsyncDisposable
{
    private readonly UnreliableFiles _disk = new();
    private readonly LedgerStage _stage;

    public LedgerMetricsTests() => _stage = new LedgerStage(files: _disk);

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task It_counts_what_it_wrote_knew_refused_and_could_not_write()
    {
        var sums = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Meter.Name == BrokerMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, _stage.Meters))
                meters.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            sums.AddOrUpdate(tags.IsEmpty ? instrument.Name : $"{instrument.Name} {tags[0].Value}", value, (_, sum) => sum + value));
        listener.Start();
        await _stage.Open();
        var record = _stage.Record();

        await _stage.Settle(record, record, _stage.Record());
        await _stage.Settle(record, record with { Proof = null }, _stage.Record(prompt: -1));
        _disk.Free = 0;
        await Assert.ThrowsAsync<IOException>(() => _stage.Settle(_stage.Record()));

        Assert.Equal(2, sums["remotellm.ledger.settled"]);
        Assert.Equal(2, sums["remotellm.ledger.duplicates"]);
        Assert.Equal(1, sums["remotellm.ledger.refused proof"]);
        Assert.Equal(1, sums["remotellm.ledger.refused figures"]);
        Assert.Equal(1, sums["remotellm.ledger.write.failures"]);
    }

    [Fact]
    public async Task While_it_cannot_write_the_broker_is_ready_with_a_remark()
    {
        var readiness = new LedgerReadiness(await _stage.Open());
        Assert.Null((await readiness.CheckAsync(TestContext.Current.CancellationToken)).Reason);
        _disk.Free = 0;
        await Assert.ThrowsAsync<IOException>(() => _stage.Settle(_stage.Record()));

        var told = await readiness.CheckAsync(TestContext.Current.CancellationToken);

        Assert.True(told.IsReady);
        Assert.Contains("No space", told.Reason, StringComparison.Ordinal);
    }
}
