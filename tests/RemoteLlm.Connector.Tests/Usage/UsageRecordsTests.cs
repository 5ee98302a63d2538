using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Limits;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Connector.Usage;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Tests.Usage;

public sealed class UsageRecordsTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_record_says_what_is_known_of_the_request()
    {
        var exchange = Exchange();
        exchange.Status = 200;
        exchange.Outcome = ForwardOutcome.Done;
        exchange.ServedModel = "test-model:latest";
        exchange.Usage = new TokenUsage(12, 65, 8);
        exchange.UsageEstimated = true;
        exchange.Cost = 0.25m;
        exchange.QueuedFor = TimeSpan.FromMilliseconds(40.9);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        exchange.Sent = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(30));
        exchange.FirstByte = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(870));

        Assert.Equal(
            new UsageRecord("req_1", "alice", "laptop", "chat", "test-model")
            {
                Proof = "proof", KeyId = "key_1", ServedModel = "test-model:latest", Status = 200, PromptTokens = 12, CachedTokens = 8, CompletionTokens = 65, Estimated = true, Cost = 0.25m,
                QueuedMs = 40, FirstTokenMs = 30, DurationMs = 1000,
            },
            UsageRecords.Of(exchange, _time));
    }

    [Fact]
    public void Only_what_came_through_the_broker_and_was_let_in_makes_a_record()
    {
        Assert.NotNull(UsageRecords.Of(Exchange(), _time));

        Assert.Null(UsageRecords.Of(Exchange(proof: null), _time));
        Assert.Null(UsageRecords.Of(Exchange(proof: ""), _time));
        Assert.Null(UsageRecords.Of(Exchange(id: ""), _time));
        Assert.Null(UsageRecords.Of(Exchange(admitted: false), _time));
    }

    [Fact]
    public void A_client_that_left_before_the_answer_is_one_that_was_told_nothing()
    {
        var exchange = Exchange();
        exchange.Status = 200;
        exchange.Outcome = new ForwardOutcome(ForwardStage.Send, ForwardSide.Client, null);

        var record = UsageRecords.Of(exchange, _time)!;

        Assert.Equal((499, "client_gone", null), (record.Status, record.Error, record.FirstTokenMs));
    }

    [Fact]
    public void An_error_is_named_and_figures_are_never_absurd()
    {
        var exchange = Exchange();
        exchange.Error = ApiErrors.Internal();
        exchange.Usage = new TokenUsage(3, -1, 9);
        exchange.Model = new string('m', 1000);

        var record = UsageRecords.Of(exchange, _time)!;

        Assert.Equal(ApiErrors.Internal().Code, record.Error);
        Assert.Equal((3, 3, 0), (record.PromptTokens, record.CachedTokens, record.CompletionTokens));
        Assert.Equal(UsageBatch.LongestText, record.Model.Length);
    }

    [Fact]
    public void What_has_to_go_for_a_record_is_no_longer_awaited()
    {
        var (ledger, outbox) = (new FakeLedger(), new UsageOutbox(_time, NullLogger<UsageOutbox>.Instance, maxRecords: 1));
        var keeper = new UsageKeeper(outbox, ledger, _time);
        keeper.Ended(Exchange());
        keeper.Ended(Exchange(admitted: false));
        Assert.Empty(ledger.Said);

        keeper.Ended(Exchange(id: "req_2"));

        Assert.Equal(["settled req_1; "], ledger.Said);
        Assert.Equal("req_2", Assert.Single(outbox.Peek()!.Records).Id);
    }

    private Exchange Exchange(string id = "req_1", string? proof = "proof", bool admitted = true, string? key = "key_1")
    {
        var entry = new RosterEntry("alice", "laptop", KeyDigest.Of("any"), RequestLimits.None);
        var account = new UserAccounts(new RosterHolder(_time), _time).Of(entry);
        return new Exchange(ApiEndpoints.Find("/v1/chat/completions")!, "label", id, _time.GetTimestamp())
        {
            BillingProof = proof,
            BillingKey = key,
            Admission = new Admission(account) { IsReserved = admitted },
            Model = "test-model",
            Caller = entry,
        };
    }
}
