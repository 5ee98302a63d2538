using RemoteLlm.Broker.Portal.Keys;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Tests.Usage;

public sealed class UsageCheckTests : IAsyncDisposable
{
    private readonly LedgerStage _stage = new();

    public static TheoryData<string> Absurd => ["tokens", "more", "cached", "cost", "dear", "status", "time", "queued", "model", "key", "key_id", "long"];

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [MemberData(nameof(Absurd))]
    public async Task Absurd_records_are_refused_and_others_of_the_batch_are_not(string what)
    {
        await _stage.Open();
        var good = _stage.Record();
        var bad = what switch
        {
            "tokens" => good with { PromptTokens = -1 },
            "more" => good with { CompletionTokens = long.MaxValue },
            "cached" => good with { CachedTokens = 11 },
            "cost" => good with { Cost = -0.01m },
            "dear" => good with { Cost = decimal.MaxValue },
            "status" => good with { Status = 0 },
            "time" => good with { DurationMs = -1 },
            "queued" => good with { QueuedMs = long.MaxValue },
            "model" => good with { Model = null! },
            "key" => good with { Key = null! },
            "key_id" => good with { KeyId = new string('k', 2000) },
            _ => good with { Model = new string('m', 2000) },
        };

        var receipt = await _stage.Settle(bad, _stage.Record());

        Assert.Equal(good.Id, Assert.Single(receipt.Refused).Id);
        Assert.Single(_stage.Lines());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("req_1")]
    [InlineData("req_0193b3d4e5f67890a1b2c3d4e5f60718")]
    [InlineData("req_ffffffffffff7890a1b2c3d4e5f60718")]
    [InlineData("0193b3d4-e5f6-7890-a1b2-c3d4e5f60718")]
    public async Task Ids_that_no_broker_gives_are_refused(string? id)
    {
        await _stage.Open();

        var refusal = Assert.Single((await _stage.Settle(_stage.Record() with { Id = id! })).Refused);

        Assert.Equal(id ?? "", refusal.Id);
        Assert.Empty(_stage.Lines());
    }

    [Fact]
    public async Task Without_the_proof_for_this_id_connector_and_user_nothing_counts()
    {
        await _stage.Open();
        var record = _stage.Record();
        UsageRecord[] forged =
        [
            record with { Proof = null },
            record with { Proof = "" },
            record with { Proof = new string('0', 32) },
            record with { Proof = record.Proof![..30] },
            record with { Proof = new string('x', 32) },
            record with { User = "bob" },
            record with { Id = LedgerStage.NewId(_stage.Time.GetUtcNow()) },
            _stage.Proven(record, "another"),
        ];

        foreach (var one in forged)
            Assert.Contains("proof", Assert.Single((await _stage.Settle(one)).Refused).Reason, StringComparison.Ordinal);
        Assert.Empty(_stage.Lines());
    }

    [Theory]
    [InlineData("2025-10-26T10:00:00Z", true)]
    [InlineData("2025-10-26T09:59:59Z", false)]
    [InlineData("2025-11-30T10:05:00Z", true)]
    [InlineData("2025-11-30T10:05:01Z", false)]
    public async Task Records_are_taken_for_35_days_and_from_five_minutes_ahead(string at, bool taken)
    {
        await _stage.Open();

        Assert.Equal(taken ? 0 : 1, (await _stage.Settle(_stage.Record(at: LedgerStage.Moment(at)))).Refused.Count);
    }

    [Fact]
    public async Task A_key_without_a_name_and_a_request_without_a_model_count_like_others()
    {
        await _stage.Open();

        Assert.Empty((await _stage.Settle(_stage.Record() with { Key = "" }, _stage.Record() with { Model = "" })).Refused);
        Assert.Equal(30, _stage.Spent("alice").TokensToday);
    }

    [Fact]
    public void The_secret_outlives_the_process_and_is_not_guessed_from_a_short_file()
    {
        var proof = _stage.Proofs.Of("req_1", "home", "alice");

        Assert.Matches("^[0-9a-f]{32}$", proof);
        Assert.Equal(proof, new BillingProofs(_stage.Data).Of("req_1", "home", "alice"));
        File.WriteAllBytes(Path.Combine(_stage.Data, BillingProofs.FileName), new byte[31]);
        Assert.Contains(BillingProofs.FileName, Assert.Throws<SettingException>(() => new BillingProofs(_stage.Data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_called_the_same_under_every_name_and_no_digest_tells_how_without_the_secret()
    {
        var key = _stage.Users.FindUser("alice")!.Keys[0];
        var id = _stage.Proofs.KeyId(key);

        Assert.Matches("^key_[0-9a-f]{16}$", id);
        Assert.Equal(id, new BillingProofs(_stage.Data).KeyId(key with { Name = "desk", User = "bob" }));
        Assert.NotEqual(id, _stage.Proofs.KeyId(_stage.Users.FindUser("bob")!.Keys[0]));
        Assert.DoesNotContain(KeyId.Of(key.Digest), id, StringComparison.Ordinal);
        File.Delete(Path.Combine(_stage.Data, BillingProofs.FileName));
        Assert.NotEqual(id, new BillingProofs(_stage.Data).KeyId(key));
        Assert.Equal("portal", _stage.Proofs.KeyId(key with { LedgerId = "portal" }));
    }

    [Fact]
    public void Later_attempts_have_ids_of_their_own()
    {
        var id = LedgerStage.NewId(_stage.Time.GetUtcNow());

        Assert.Equal(id, AttemptId.Of(id, 1));
        string[] ids = [AttemptId.Of(id, 1), AttemptId.Of(id, 2), AttemptId.Of(id, 3)];
        Assert.Equal(3, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, one => Assert.Equal((id[..^1], true), (one[..^1], UsageId.TryParse(one, out _))));
    }
}
