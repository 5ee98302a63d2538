using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Usage;

public sealed class UsageLedgerTests : IAsyncDisposable
{
    private readonly UnreliableFiles _disk = new();
    private readonly LedgerStage _stage;

    public UsageLedgerTests() => _stage = new LedgerStage(files: _disk);

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_record_is_a_line_with_all_that_it_says_but_its_proof()
    {
        await _stage.Open();
        var record = _stage.Record(cost: 0.25m) with
        {
            KeyId = "key_1", Server = "box", ServedModel = "llama3.2:3b", Error = "stream_interrupted", CachedTokens = 4, Estimated = true, QueuedMs = 7, FirstTokenMs = 80,
            Time = DateTimeOffset.UnixEpoch, Connector = "another",
        };

        var receipt = await _stage.Settle(record);

        Assert.Empty(receipt.Refused);
        Assert.Equal(
            $$"""{"id":"{{record.Id}}","time":"2025-11-30T10:00:00Z","user":"alice","key":"laptop","key_id":"key_1","connector":"home","operation":"chat","model":"llama3.2","server":"box","served_model":"llama3.2:3b","status":200,"error":"stream_interrupted","prompt_tokens":10,"cached_tokens":4,"completion_tokens":5,"estimated":true,"cost":0.25,"queued_ms":7,"first_token_ms":80,"duration_ms":1234}""",
            Assert.Single(_stage.Lines()));
    }

    [Fact]
    public async Task Files_are_for_their_owner_alone()
    {
        Need.That(!OperatingSystem.IsWindows(), "there are no such modes on this system");
        await _stage.Open();
        await _stage.Settle(_stage.Record());

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_stage.Folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_stage.PathOf("2025-11")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_stage.Data, "billing.key")));
    }

    [Fact]
    public async Task The_same_record_is_acknowledged_each_time_and_counts_once()
    {
        await _stage.Open();
        var record = _stage.Record();

        Assert.Empty((await _stage.Settle(record, record)).Refused);
        Assert.Empty((await _stage.Settle(record)).Refused);
        await _stage.Reopen();
        Assert.Empty((await _stage.Settle(record)).Refused);

        Assert.Single(_stage.Lines());
        Assert.Equal(15, _stage.Spent("alice").TokensToday);
    }

    [Fact]
    public async Task Batches_that_wait_together_are_synchronised_once()
    {
        await _stage.Open();
        using var writing = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        _disk.BeforeWrite = () =>
        {
            writing.Release();
            Assert.True(go.Wait(TimeSpan.FromSeconds(30), CancellationToken.None));
        };
        var first = _stage.Settle(_stage.Record());
        await writing.WaitAsync(TestContext.Current.CancellationToken).OrHang();
        var same = _stage.Record();
        Task<UsageReceipt>[] others = [.. Enumerable.Range(0, 20).Select(_ => _stage.Settle(_stage.Record())), _stage.Settle(same), _stage.Settle(same)];
        var before = _disk.Flushes;

        Assert.All(others, other => Assert.False(other.IsCompleted));
        go.Release(2);
        await Task.WhenAll(others).OrHang();
        await first;

        Assert.Equal(2, _disk.Flushes - before);
        Assert.Equal(22, _stage.Lines().Length);
    }

    [Fact]
    public async Task A_record_counts_to_the_month_in_which_its_request_came()
    {
        await _stage.Open();
        _stage.Time.Advance(TimeSpan.FromHours(15));

        await _stage.Settle(_stage.Record(at: LedgerStage.Moment("2025-11-30T23:59:59Z")), _stage.Record(prompt: 100));

        Assert.Single(_stage.Lines());
        Assert.Single(_stage.Lines("2025-12"));
        var spent = _stage.Spent("alice");
        Assert.Equal((new DateOnly(2025, 12, 1), 105, 105), (spent.Day, spent.TokensToday, spent.TokensThisMonth));
    }

    [Fact]
    public async Task Ids_of_every_month_of_which_records_are_taken_are_known()
    {
        // 35 days before the first of March are in January.
        await using var stage = new LedgerStage(LedgerStage.Moment("2026-01-28T00:00:00Z"));
        await stage.Open();
        var record = stage.Record();
        await stage.Settle(record);
        stage.Time.Advance(TimeSpan.FromDays(33));
        await stage.Reopen();

        Assert.Empty((await stage.Settle(record)).Refused);
        Assert.Single(stage.Lines("2026-01"));
        stage.Time.Advance(TimeSpan.FromDays(3));
        Assert.Contains("older than 35 days", Assert.Single((await stage.Settle(record)).Refused).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_was_months_ahead_makes_nothing_count_twice()
    {
        await _stage.Open();
        var record = _stage.Record();
        await _stage.Settle(record);
        _stage.Time.JumpWallClock(TimeSpan.FromDays(100));
        await _stage.Settle(_stage.Record());
        _stage.Time.JumpWallClock(-TimeSpan.FromDays(100));

        await _stage.Settle(record);

        Assert.Single(_stage.Lines());
        Assert.Equal(15, _stage.Spent("alice").TokensThisMonth);
    }

    [Fact]
    public async Task A_full_disk_is_an_error_for_those_who_wait_and_leaves_no_trace()
    {
        await _stage.Open();
        await _stage.Settle(_stage.Record());
        var record = _stage.Record();
        _disk.Free = 50;

        await Assert.ThrowsAsync<IOException>(() => _stage.Settle(record));
        await Assert.ThrowsAsync<IOException>(() => _stage.Settle(record));

        Assert.Single(_stage.Lines());
        Assert.Equal(15, _stage.Spent("alice").TokensToday);
        Assert.Contains("No space", _stage.Ledger.Problem, StringComparison.Ordinal);
        Assert.Single(_stage.Logs.Entries, entry => entry.Level == LogLevel.Warning && entry.Says("cannot be written"));
        _disk.Free = long.MaxValue;
        Assert.Empty((await _stage.Settle(record)).Refused);
        Assert.Equal(2, _stage.Lines().Length);
        Assert.Null(_stage.Ledger.Problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_disk_did_not_confirm_is_cut_off_before_anything_else_is_written(bool cutFails)
    {
        await _stage.Open();
        await _stage.Settle(_stage.Record());
        var record = _stage.Record();
        (_disk.FlushFails, _disk.CutFails) = (true, cutFails);

        await Assert.ThrowsAsync<IOException>(() => _stage.Settle(record));
        (_disk.FlushFails, _disk.CutFails) = (false, false);
        await _stage.Settle(_stage.Record(prompt: 1));
        await _stage.Settle(record);

        Assert.Equal([10, 1, 10], _stage.Lines().Select(line => LedgerStage.Json(line).GetProperty("prompt_tokens").GetInt64()));
    }

    [Fact]
    public async Task A_file_that_was_moved_away_is_begun_anew_and_what_was_in_it_is_still_known()
    {
        await _stage.Open();
        var record = _stage.Record();
        await _stage.Settle(record);
        File.Move(_stage.PathOf("2025-11"), _stage.PathOf("moved"));

        await _stage.Settle(record, _stage.Record(prompt: 1));

        Assert.Equal(1, LedgerStage.Json(Assert.Single(_stage.Lines())).GetProperty("prompt_tokens").GetInt64());
        Assert.Single(_stage.Lines("moved"));
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_is_told_with_its_place_and_left_as_it_is()
    {
        await _stage.Open();
        await _stage.Settle(_stage.Record());
        await _stage.Ledger.DisposeAsync();
        const string Broken = "{\"id\":\"req_1\",\"user\"\n\n[]\n";
        await File.AppendAllTextAsync(_stage.PathOf("2025-11"), Broken + new string('x', 200_000) + "\n", TestContext.Current.CancellationToken);
        await _stage.Open();
        await _stage.Settle(_stage.Record());

        Assert.Equal(30, _stage.Spent("alice").TokensToday);
        Assert.Equal(6, _stage.Lines().Length);
        Assert.Contains(Broken, await File.ReadAllTextAsync(_stage.PathOf("2025-11"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        foreach (var line in new[] { " 2 ", " 4 ", " 5 " })
            Assert.Single(_stage.Logs.Entries, entry => entry.Level == LogLevel.Warning && entry.Says("2025-11.jsonl" + line));
    }

    [Fact]
    public async Task A_line_whose_text_is_none_is_told_too_and_keeps_no_broker_from_starting()
    {
        await _stage.Open();
        await _stage.Settle(_stage.Record());
        await _stage.Ledger.DisposeAsync();
        var good = _stage.Lines()[0];
        var half = good.Replace("alice", "\\ud800", StringComparison.Ordinal).Replace("req_0", "req_1", StringComparison.Ordinal);
        await File.AppendAllTextAsync(_stage.PathOf("2025-11"), half + "\n", TestContext.Current.CancellationToken);
        await File.AppendAllTextAsync(_stage.PathOf("2025-11"), half.Replace("\\ud800", "\u00ff", StringComparison.Ordinal) + "\n", System.Text.Encoding.Latin1, TestContext.Current.CancellationToken);

        await _stage.Open();

        Assert.Equal(15, _stage.Spent("alice").TokensToday);
        foreach (var line in new[] { " 2 ", " 3 " })
            Assert.Single(_stage.Logs.Entries, entry => entry.Level == LogLevel.Warning && entry.Says("2025-11.jsonl" + line));
    }

    [Fact]
    public async Task A_last_record_without_its_line_feed_is_kept_unless_the_disk_is_full()
    {
        await _stage.Open();
        await _stage.Settle(_stage.Record());
        await _stage.Settle(_stage.Record(prompt: 1));
        await _stage.Ledger.DisposeAsync();
        var text = await File.ReadAllTextAsync(_stage.PathOf("2025-11"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_stage.PathOf("2025-11"), text.TrimEnd('\n'), TestContext.Current.CancellationToken);

        await _stage.Open();
        await _stage.Settle(_stage.Record(prompt: 2));

        Assert.Equal(3, _stage.Lines().Length);
        Assert.Equal(28, _stage.Spent("alice").TokensToday);
        await _stage.Ledger.DisposeAsync();
        await File.WriteAllTextAsync(_stage.PathOf("2025-11"), text.TrimEnd('\n'), TestContext.Current.CancellationToken);
        _disk.Free = 0;

        await _stage.Open();

        Assert.Single(_stage.Lines());
        Assert.Equal(15, _stage.Spent("alice").TokensToday);
    }

    [Fact]
    public async Task Two_brokers_cannot_have_the_same_ledger()
    {
        await _stage.Open();
        var (first, budgets) = (_stage.Ledger, _stage.UserBudgets);

        await Assert.ThrowsAsync<SettingException>(_stage.Open);
        await first.DisposeAsync();
        budgets.Dispose();
        await _stage.Open();
    }

    [Fact]
    public async Task A_ledger_that_is_closed_says_so()
    {
        var ledger = await _stage.Open();
        await ledger.DisposeAsync();

        await Assert.ThrowsAsync<IOException>(() => _stage.Settle(_stage.Record()));
    }

    [Fact]
    public async Task Names_of_every_kind_come_back_as_they_were()
    {
        await _stage.Open();
        var record = _stage.Record() with { Model = "ü\"\\\n\u2028 <模型> \ud83d\ude00", Error = "a\u0001b" };
        await _stage.Settle(record, _stage.Record() with { Model = "half \ud83d of a pair" });

        Assert.Equal(2, _stage.Lines().Length);
        Assert.Equal(record.Model, LedgerStage.Json(_stage.Lines()[0]).GetProperty("model").GetString());
        Assert.Equal(record.Error, LedgerStage.Json(_stage.Lines()[0]).GetProperty("error").GetString());
        await _stage.Reopen();
        Assert.Equal(30, _stage.Spent("alice").TokensToday);
    }
}
