using RemoteLlm.Broker.Usage;

namespace RemoteLlm.Broker.Tests.Usage;

public sealed class CancelledRequestsTests : IAsyncDisposable
{
    private readonly LedgerStage _stage = new();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [InlineData(1, 499, 403)]
    [InlineData(2, 499, 403)]
    [InlineData(3, 200, 200)]
    public async Task What_an_operator_cancelled_is_booked_as_that_whichever_attempt_it_was(int attempt, int sent, int booked)
    {
        await _stage.Open();
        var id = LedgerStage.NewId(_stage.Time.GetUtcNow());
        _stage.Cancelled.Note(id);

        await _stage.Settle(_stage.Record(id: AttemptId.Of(id, attempt)) with { Error = "client_gone", Status = sent });

        var line = LedgerStage.Json(Assert.Single(_stage.Lines()));
        Assert.Equal(("request_cancelled", booked), (line.GetProperty("error").GetString(), line.GetProperty("status").GetInt32()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("stream_interrupted")]
    public async Task What_had_ended_before_the_cancellation_reached_it_is_booked_as_it_ended(string? error)
    {
        await _stage.Open();
        var record = _stage.Record() with { Error = error };
        _stage.Cancelled.Note(record.Id);

        await _stage.Settle(record);

        var line = LedgerStage.Json(Assert.Single(_stage.Lines()));
        Assert.Equal(error, line.TryGetProperty("error", out var booked) ? booked.GetString() : null);
    }

    [Fact]
    public async Task Another_request_whose_client_left_is_booked_so()
    {
        await _stage.Open();
        _stage.Cancelled.Note(LedgerStage.NewId(_stage.Time.GetUtcNow()));

        await _stage.Settle(_stage.Record() with { Error = "client_gone", Status = 499 });

        var line = LedgerStage.Json(Assert.Single(_stage.Lines()));
        Assert.Equal(("client_gone", 499), (line.GetProperty("error").GetString(), line.GetProperty("status").GetInt32()));
    }

    [Fact]
    public void Only_so_many_are_remembered_the_latest_of_them()
    {
        var ids = Enumerable.Range(0, CancelledRequests.Kept + 1).Select(_ => LedgerStage.NewId(_stage.Time.GetUtcNow())).ToList();
        var record = _stage.Record() with { Error = "client_gone" };
        ids.ForEach(_stage.Cancelled.Note);
        _stage.Cancelled.Note("nothing");

        Assert.Equal(["client_gone", "request_cancelled", "request_cancelled"], new[] { ids[0], ids[1], ids[^1] }.Select(Booked));

        string? Booked(string id) => UsageId.TryParse(id, out var key) ? _stage.Cancelled.Corrected(key, record).Error : null;
    }

    [Fact]
    public async Task A_restart_reads_stopped_requests_as_stopped()
    {
        await _stage.Open();
        await _stage.Settle(_stage.Record() with { Error = "client_gone" }, _stage.Record() with { Error = "request_cancelled" }, _stage.Record() with { Error = "upstream" }, _stage.Record());

        for (var read = 0; read < 2; read++)
        {
            var today = DateOnly.FromDateTime(_stage.Time.GetUtcNow().UtcDateTime);
            var total = _stage.History.Ask(new Broker.Usage.History.HistoryQuery("alice", today, today)).Total;
            Assert.Equal((4, 1, 2), (total.Requests, total.Errors, total.Stopped));
            await _stage.Reopen();
        }
    }
}
