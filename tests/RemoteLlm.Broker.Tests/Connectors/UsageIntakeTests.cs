using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Tests.Connectors;

public sealed class UsageIntakeTests : IAsyncDisposable
{
    private readonly SessionStage _stage = new();
    private readonly FakeLedger _ledger = new();
    private readonly UsageIntake _intake;

    public UsageIntakeTests()
    {
        _intake = new UsageIntake(_stage.Registry, _ledger, NullLogger<UsageIntake>.Instance);
        _stage.Open("c1");
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_batch_goes_to_the_ledger_under_the_name_of_its_session()
    {
        var receipt = await _intake.SettleAsync("c1", new UsageBatch([Record("req_1"), Record("req_2") with { Connector = "another" }]));

        Assert.Empty(receipt.Refused);
        var (connector, ids) = Assert.Single(_ledger.Batches);
        Assert.Equal("home", connector);
        Assert.Equal(["req_1", "req_2"], ids);
    }

    [Fact]
    public async Task Who_has_no_session_settles_nothing()
    {
        await Assert.ThrowsAsync<HubException>(() => _intake.SettleAsync("c2", new UsageBatch([Record("req_1")])));
        Assert.Empty(_ledger.Batches);
    }

    [Fact]
    public async Task A_batch_out_of_bounds_is_refused_as_a_whole()
    {
        foreach (var batch in new[]
        {
            null, new UsageBatch(null!), new UsageBatch([]), new UsageBatch([null!]), new UsageBatch([Record("")]), new UsageBatch([Record(null!)]),
            new UsageBatch([.. Enumerable.Range(0, UsageBatch.MaxRecords + 1).Select(number => Record($"req_{number}"))]),
        })
            await Assert.ThrowsAsync<HubException>(() => _intake.SettleAsync("c1", batch));
        Assert.Empty(_ledger.Batches);
    }

    [Fact]
    public async Task A_record_out_of_bounds_is_refused_alone()
    {
        var @long = new string('m', UsageBatch.LongestText + 1);
        UsageRecord[] bad =
        [
            Record("req_2") with { Model = @long }, Record("req_3") with { User = null! }, Record("req_4") with { Server = @long }, Record("req_5") with { ServedModel = @long },
            Record("req_6") with { Error = @long }, Record("req_7") with { Proof = @long }, Record("req_8") with { Key = @long }, Record("req_9") with { Operation = null! }, Record(@long),
        ];

        var receipt = await _intake.SettleAsync("c1", new UsageBatch([Record("req_1"), .. bad]));

        Assert.Equal(["req_1"], Assert.Single(_ledger.Batches).Ids);
        Assert.Equal(bad.Select(record => record.Id[..Math.Min(record.Id.Length, UsageBatch.LongestText)]), receipt.Refused.Select(refusal => refusal.Id));
        Assert.Equal("alice", Assert.Single(receipt.Spending).User);
        Assert.Equal(bad.Length, (await _intake.SettleAsync("c1", new UsageBatch(bad))).Refused.Count);
        Assert.Single(_ledger.Batches);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_written_is_to_be_tried_again()
    {
        _ledger.IsFull = true;

        var failure = await Assert.ThrowsAsync<HubException>(() => _intake.SettleAsync("c1", new UsageBatch([Record("req_1")])));

        Assert.Contains("again later", failure.Message, StringComparison.Ordinal);
    }

    private static UsageRecord Record(string id) => new(id, "alice", "laptop", "chat", "test-model");
}
