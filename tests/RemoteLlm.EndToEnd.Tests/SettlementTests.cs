using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Hosting.Management;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>What a request used reaches the broker's ledger once, whatever the line and the connector do meanwhile.</summary>
public sealed class SettlementTests : IDisposable
{
    private static readonly KeyDigest s_alice = ApiKey.Hash(TestUsers.AliceKey);

    private readonly TemporaryFolder _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_request_that_came_through_the_broker_makes_one_record()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await Start(llm);

        await Chat(broker, "req_1");
        await broker.Ledger.Until(() => broker.Ledger.Records.Count == 1);

        var record = broker.Ledger.Records[0];
        Assert.Equal(("req_1", "alice", "laptop", "chat", "test-model", "the-proof"), (record.Id, record.User, record.Key, record.Operation, record.Model, record.Proof));
        Assert.Equal((200, null, "test-model"), (record.Status, record.Error, record.ServedModel));
        Assert.True(record is { PromptTokens: > 0, CompletionTokens: > 0, DurationMs: >= 0, Server.Length: > 0 }, record.ToString());
        await UntilWaiting(broker, 0);
    }

    [Theory]
    [InlineData("key_0123456789abcdef", "key_0123456789abcdef")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public async Task What_the_broker_calls_the_key_comes_back_with_the_record_and_from_a_broker_that_says_nothing_nothing(string? sent, string? told)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await Start(llm);

        using (await Ask(broker, "req_1", key: sent))
            await broker.Ledger.Until(() => broker.Ledger.Records.Count == 1);

        Assert.Equal(("laptop", told), (broker.Ledger.Records[0].Key, broker.Ledger.Records[0].KeyId));
        Assert.DoesNotContain(llm.Requests, request => request.Headers.Keys.Any(name => name.StartsWith(TunnelHeaders.Prefix, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task A_request_without_a_proof_or_that_was_refused_makes_none()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await Start(llm);

        using (var unproved = await Ask(broker, "req_1", proof: null))
            Assert.Equal(HttpStatusCode.OK, unproved.StatusCode);
        using (var refused = await Ask(broker, "req_2", credential: new string('0', 64)))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        await Chat(broker, "req_3");
        await broker.Ledger.Until(() => broker.Ledger.Records.Count > 0);

        Assert.Equal(["req_3"], broker.Ledger.Records.Select(record => record.Id));
    }

    [Fact]
    public async Task What_ends_while_the_control_line_is_down_is_told_when_it_is_back()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await Start(llm);
        await Leave(broker);

        await Chat(broker, "req_1");
        await Chat(broker, "req_2");
        await UntilWaiting(broker, 2);
        Assert.Equal(0, broker.Ledger.Batches);
        broker.Ledger.IsAway = false;

        await broker.Ledger.Until(() => broker.Ledger.Records.Count == 2);
        Assert.Equal(1, broker.Ledger.Batches);
        await UntilWaiting(broker, 0);
    }

    [Fact]
    public async Task A_receipt_that_was_lost_is_asked_for_again_and_nothing_counts_twice()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await Start(llm);
        broker.Ledger.LosesReceipts = true;

        await Chat(broker, "req_1");
        await broker.Ledger.Until(() => broker.Ledger.Batches >= 2);
        broker.Ledger.LosesReceipts = false;
        await UntilWaiting(broker, 0);

        Assert.Equal(["req_1"], broker.Ledger.Records.Select(record => record.Id));
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_written_is_tried_again()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await Start(llm);
        broker.Ledger.IsFull = true;

        await Chat(broker, "req_1");
        await broker.Connector.Logs.Until("Usage not settled", "cannot be written now");
        broker.Ledger.IsFull = false;

        await broker.Ledger.Until(() => broker.Ledger.Records.Count == 1);
        await UntilWaiting(broker, 0);
    }

    [Fact]
    public async Task What_was_not_told_outlives_the_connector()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await Start(llm);
        await Leave(broker);
        await Chat(broker, "req_1");
        await Chat(broker, "req_2");
        await broker.Connector.Stop().OrHang();
        Assert.Equal(2, Waiting().Count);
        broker.Ledger.IsAway = false;

        await broker.RestartConnector();

        await broker.Ledger.Until(() => broker.Ledger.Records.Count == 2);
        await broker.Connector.Logs.Until("Usage that waits to be settled was found");
        await UntilWaiting(broker, 0);
    }

    [Fact]
    public async Task A_receipt_that_was_lost_while_the_connector_restarts_counts_nothing_twice()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await Start(llm);
        broker.Ledger.LosesReceipts = true;
        await Chat(broker, "req_1");
        await broker.Ledger.Until(() => broker.Ledger.Batches >= 1);
        await Leave(broker);
        await broker.Connector.Stop().OrHang();
        var batches = broker.Ledger.Batches;
        (broker.Ledger.IsAway, broker.Ledger.LosesReceipts) = (false, false);

        await broker.RestartConnector();

        await broker.Ledger.Until(() => broker.Ledger.Batches > batches);
        await UntilWaiting(broker, 0);
        Assert.Equal(["req_1"], broker.Ledger.Records.Select(record => record.Id));
    }

    [Fact]
    public async Task A_connector_that_stops_tells_of_its_last_request_first()
    {
        using var gate = new Turnstile();
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream(gate, "one", "two"));
        await using var broker = await Start(llm);
        using var answer = await Ask(broker, "req_1", stream: true);
        await using var events = await answer.Events();
        gate.Release();
        Assert.Equal("one", await events.NextText());

        var stopping = broker.Connector.Stop();
        await broker.Connector.Logs.Until("Draining");
        gate.Release();
        await events.Rest();
        await stopping.OrHang();

        Assert.Equal(["req_1"], broker.Ledger.Records.Select(record => record.Id));
        Assert.Empty(Waiting());
    }

    private Task<StandInBroker> Start(ScriptedLlmServer llm) => StandInBroker.Start(
        llm.Url, new Roster(1, [new RosterEntry("alice", "laptop", DerivedCredential.FingerprintOf(s_alice, StandInBroker.ConnectorId), RequestLimits.None)]), _data.Path);

    // Returns when the connector knows.
    private static async Task Leave(StandInBroker broker)
    {
        broker.Ledger.GoAway();
        while (broker.Connector.Logs.Next is var next && broker.Connector.Link.ControlUp)
            await next.OrHang();
    }

    private static async Task Chat(StandInBroker broker, string id)
    {
        using var answer = await Ask(broker, id);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task<HttpResponseMessage> Ask(StandInBroker broker, string id, string? proof = "the-proof", string? credential = null, bool stream = false, string? key = null) => broker.Send(
        HttpMethod.Post, "/v1/chat/completions", new StringContent(TestClient.ChatBody(stream)),
        [
            (TunnelHeaders.BillingId, id), (TunnelHeaders.Credential, credential ?? DerivedCredential.Format(DerivedCredential.Derive(s_alice, StandInBroker.ConnectorId))),
            .. proof is null ? [] : new[] { (TunnelHeaders.BillingProof, proof) },
            .. key is null ? [] : new[] { (TunnelHeaders.BillingKey, key) },
        ]);

    // The connector's own word, as `remotellm status` has it.
    private static async Task UntilWaiting(StandInBroker broker, int records)
    {
        using var client = new HttpClient { BaseAddress = broker.Connector.Services.GetRequiredService<ManagementAddress>().Url };
        await Task.Run(
            async () =>
            {
                while (!(await client.GetStringAsync("status", Token)).Contains($"\"usage_waiting\": {records},", StringComparison.Ordinal))
                    await Task.Yield();
            },
            Token).OrHang();
    }

    // Lines of the files of the outbox, which a record that was told of at once never sees. The connector has stopped.
    private List<string> Waiting() =>
        Directory.Exists(Path.Combine(_data.Path, "outbox")) ? Directory.GetFiles(Path.Combine(_data.Path, "outbox")).SelectMany(File.ReadAllLines).ToList() : [];
}
