using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Usage;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.Connector.Tests.Usage;

public sealed class UsageSettlerTests : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualTime _time = new();
    private readonly LogRecorder _logs = new();
    private readonly ILoggerFactory _loggers;
    private readonly FakeLedger _ledger = new();
    private readonly UsageOutbox _outbox;
    private readonly LedgerLine _line;
    private readonly UsageSettler _settler;

    public UsageSettlerTests()
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_logs));
        _outbox = new UsageOutbox(_time, _loggers.CreateLogger<UsageOutbox>());
        _line = new LedgerLine(_ledger);
        var metrics = new UsageMetrics(_services.GetRequiredService<IMeterFactory>(), _outbox);
        _settler = new UsageSettler(_outbox, _line, _ledger, metrics, _time, _loggers.CreateLogger<UsageSettler>());
        Assert.True(_settler.StartAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    public async ValueTask DisposeAsync()
    {
        await _settler.StopAsync(CancellationToken.None).OrHang();
        _settler.Dispose();
        _loggers.Dispose();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task What_ends_within_a_moment_goes_in_one_batch_and_the_book_hears_of_it()
    {
        _line.Up(_ledger, null);
        Add(1);
        await _time.UntilArmedFor(UsageSettler.Gather);
        Add(2);
        Assert.Empty(_ledger.Batches);

        _time.Advance(UsageSettler.Gather);
        await UntilEmpty();

        Assert.Equal(["req_1", "req_2"], Assert.Single(_ledger.Batches).Records.Select(record => record.Id));
        Assert.Equal(["settled req_1 req_2; alice"], _ledger.Said);
    }

    [Fact]
    public async Task What_fills_a_batch_does_not_wait()
    {
        for (var number = 0; number < UsageBatch.MaxRecords + 1; number++)
            Add(number);
        _line.Up(_ledger, null);

        await _ledger.Arrived().OrHang();
        await _time.UntilArmedFor(UsageSettler.Gather);
        _time.Advance(UsageSettler.Gather);
        await UntilEmpty();

        Assert.Equal([UsageBatch.MaxRecords, 1], _ledger.Batches.Select(batch => batch.Records.Count));
    }

    [Fact]
    public async Task Nothing_is_sent_while_the_line_is_down_and_all_of_it_at_once_when_it_is_up()
    {
        Add(1);
        _line.Up(_ledger, null);
        _line.Down();
        await _time.UntilArmed(0);
        Assert.Empty(_ledger.Batches);

        _line.Up(_ledger, null);
        await Settle();

        Assert.Equal(1, _ledger.Counted);
    }

    [Fact]
    public async Task A_broker_that_takes_nothing_is_asked_less_and_less_until_there_is_a_new_line()
    {
        _ledger.Before = FakeLedger.Fail;
        _line.Up(_ledger, null);
        Add(1);
        await Settle(empties: false);
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            await _time.UntilArmedFor(TimeSpan.FromSeconds(seconds));
            _time.Advance(TimeSpan.FromSeconds(seconds));
            await Settle(empties: false);
        }

        // It has been told by then.
        await _time.UntilArmedFor(TimeSpan.FromSeconds(60));
        Assert.Equal(9, _ledger.Batches.Count);
        Assert.Equal(9, _logs.Entries.Count(entry => entry.Level == LogLevel.Warning && entry.Says("not settled", "cannot be written")));
        Assert.Equal(1, _outbox.Count);
        _ledger.Before = null;
        _line.Down();
        _line.Up(_ledger, null);
        await Settle();
        Assert.Equal(1, _ledger.Counted);
    }

    [Fact]
    public async Task A_receipt_that_was_lost_is_asked_for_again()
    {
        _ledger.Answer = _ => Task.FromException<UsageReceipt>(new IOException("the control connection was lost"));
        _line.Up(_ledger, null);
        Add(1);
        await Settle(empties: false);
        await _time.UntilArmedFor(UsageSettler.FirstWait);
        _ledger.Answer = null;
        _line.Down();
        _line.Up(_ledger, null);
        await Settle();

        Assert.Equal(2, _ledger.Batches.Count);
        Assert.Equal(1, _ledger.Counted);
        Assert.Equal(["settled req_1; alice"], _ledger.Said);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_not_waited_for_without_end()
    {
        _ledger.Answer = _ => new TaskCompletionSource<UsageReceipt>().Task;
        _line.Up(_ledger, null);
        Add(1);
        await _time.UntilArmedFor(UsageSettler.Gather);
        _time.Advance(UsageSettler.Gather);
        await _time.UntilArmedFor(UsageSettler.ReceiptTime);
        _time.Advance(UsageSettler.ReceiptTime);

        await _logs.Until("Usage not settled");
        Assert.Equal(1, _outbox.Count);
    }

    [Fact]
    public async Task What_the_ledger_refuses_is_let_go_and_named()
    {
        _ledger.Refuses.Add("req_2");
        _line.Up(_ledger, null);
        for (var number = 1; number <= 3; number++)
            Add(number);
        await Settle();

        Assert.Equal(2, _ledger.Counted);
        Assert.True(Assert.Single(_logs.Entries).Says("Usage refused", "req_2", "no valid proof"));
        Assert.Equal(["settled req_1 req_2 req_3; alice"], _ledger.Said);
    }

    [Fact]
    public async Task An_answer_that_makes_no_sense_settles_nothing()
    {
        var times = 0;
        foreach (var nonsense in new[] { null!, new UsageReceipt(null!, []), new UsageReceipt([], null!), new UsageReceipt([null!, null!], []), new UsageReceipt([], [null!]), new UsageReceipt([], [Figures(-1)]) })
        {
            _ledger.Answer = _ => Task.FromResult(nonsense);
            _line.Up(_ledger, null);
            if (_outbox.Count == 0)
                Add(1);
            await Settle(empties: false);
            times++;
            while (_logs.Next is var next && _logs.Entries.Count(entry => entry.Says("Usage not settled", "no answer that makes sense")) < times)
                await next.OrHang();
            _line.Down();
        }

        Assert.Equal(1, _outbox.Count);
        Assert.Empty(_ledger.Said);
    }

    [Fact]
    public async Task A_connector_that_stops_sends_what_it_has_without_gathering()
    {
        var drain = new UsageDrain(_settler, _time);
        _line.Up(_ledger, null);
        Add(1);
        await _time.UntilArmedFor(UsageSettler.Gather);

        await drain.BeginDrainAsync(CancellationToken.None);
        Assert.Empty(_ledger.Batches);
        await drain.EndDrainAsync(CancellationToken.None).OrHang();

        Assert.Equal(1, _ledger.Counted);
        Assert.Equal(0, _outbox.Count);
    }

    [Fact]
    public async Task A_stop_waits_neither_for_a_line_that_is_down_nor_long_for_a_broker_that_is_stuck()
    {
        var drain = new UsageDrain(_settler, _time);
        Add(1);
        await drain.EndDrainAsync(CancellationToken.None).OrHang();

        _ledger.Answer = _ => new TaskCompletionSource<UsageReceipt>().Task;
        _line.Up(_ledger, null);
        var ending = drain.EndDrainAsync(CancellationToken.None);
        await _ledger.Arrived().OrHang();
        Assert.False(ending.IsCompleted);
        _time.Advance(UsageDrain.Longest);
        await ending.OrHang();
        Assert.Equal(1, _outbox.Count);
    }

    private static UserSpending Figures(long today) => new("alice", 1, new DateOnly(2025, 11, 30), today, 5, 0, 0);

    private void Add(int number) => _outbox.Add(UsageSamples.Record(number));

    // The next batch: its gathering, and its way to the ledger.
    private async Task Settle(bool empties = true)
    {
        var arrived = _ledger.Arrived();
        while (!arrived.IsCompleted)
        {
            await Task.WhenAny(arrived, _time.UntilArmedFor(UsageSettler.Gather)).OrHang();
            if (!arrived.IsCompleted)
                _time.Advance(UsageSettler.Gather);
        }

        if (empties)
            await UntilEmpty();
    }

    private async Task UntilEmpty()
    {
        while (_outbox.Range is var seen && _outbox.Count > 0)
            await _outbox.ChangedSince(seen).OrHang();
        await UntilSaid();
    }

    // The book is told right after the outbox has let go.
    private Task UntilSaid() => Task.Run(async () =>
    {
        while (_ledger.Said.Count == 0)
            await Task.Yield();
    }).OrHang();
}
