using System.Net;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>What the connector refuses by itself, when the edge has let it through: HTTP/2 over a real channel, from a broker that checks nothing.</summary>
public sealed class ConnectorAccessTests
{
    private static readonly KeyDigest s_alice = ApiKey.Hash(TestUsers.AliceKey);

    [Theory]
    [InlineData(CredentialKind.None)]
    [InlineData(CredentialKind.RawKey)]
    [InlineData(CredentialKind.UnknownKey)]
    [InlineData(CredentialKind.OfAnotherConnector)]
    [InlineData(CredentialKind.FingerprintItself)]
    [InlineData(CredentialKind.Nonsense)]
    public async Task auth_rejection_by_the_connector_when_the_edge_is_bypassed(CredentialKind kind)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await StandInBroker.Start(llm.Url, new Roster(1, [Entry()]));

        using var answer = await broker.Chat(Credential(kind));

        await ErrorAssert.Is(answer, 401, "invalid_request_error", "invalid_api_key");
        Assert.Empty(llm.Requests);
        using var good = await broker.Chat(Derived(s_alice, StandInBroker.ConnectorId));
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Single(llm.Requests);
    }

    [Fact]
    public async Task auth_rejection_by_the_connector_of_keys_that_are_blocked_expired_or_for_another_model()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await StandInBroker.Start(llm.Url, new Roster(1, [Entry() with { Blocked = true }]));

        await Refused("key_blocked");
        await Push(new Roster(2, [Entry() with { ExpiresAt = DateTimeOffset.UnixEpoch }]));
        await Refused("key_expired");
        await Push(new Roster(3, [Entry() with { Models = ["other-*"] }]));
        await Refused("model_not_allowed");
        Assert.Empty(llm.Requests);

        async Task Push(Roster roster)
        {
            await broker.Push(roster);
            await broker.Connector.Logs.Until($"Roster applied {roster.Revision} ");
        }

        async Task Refused(string code)
        {
            using var answer = await broker.Chat(Derived(s_alice, StandInBroker.ConnectorId));
            await ErrorAssert.Is(answer, 403, "permission_error", code);
        }
    }

    [Fact]
    public async Task Changes_of_another_roster_are_answered_with_minus_one_and_nonsense_with_the_end_of_the_connection()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await StandInBroker.Start(llm.Url, new Roster(7, [Entry()]));
        Assert.Equal(7, await broker.NextAcknowledgement());
        var nobody = new RosterPush(9, Since: 8, [], [], ["alice"]);

        await broker.Push(nobody);
        Assert.Equal(-1, await broker.NextAcknowledgement());
        await Serves();
        await broker.Push(nobody with { Since = 7, Users = [new RosterUser("bob", Terms: 3, [])] });
        Assert.True((await broker.Connector.Logs.Until("Control down")).Says("no answer that makes sense"));

        await Serves();

        async Task Serves()
        {
            using var answer = await broker.Chat(Derived(s_alice, StandInBroker.ConnectorId));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Changes_of_the_roster_in_force_are_applied_and_acknowledged()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await StandInBroker.Start(llm.Url, new Roster(7, [Entry()]));
        Assert.Equal(7, await broker.NextAcknowledgement());

        await broker.Push(new RosterPush(8, Since: 7, [], [], ["alice"]));

        Assert.Equal(8, await broker.NextAcknowledgement());
        using var answer = await broker.Chat(Derived(s_alice, StandInBroker.ConnectorId));
        await ErrorAssert.Is(answer, 401, "invalid_request_error", "invalid_api_key");
    }

    [Fact]
    public async Task Request_that_is_ahead_of_the_roster_waits_for_it()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await StandInBroker.Start(llm.Url, new Roster(1, []));

        var asking = broker.Chat(Derived(s_alice, StandInBroker.ConnectorId), revision: 2);
        await broker.Push(new Roster(2, [Entry()]));

        using var answer = await asking;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/v1/chat/completions/../../api/pull")]
    [InlineData("DELETE", "/v1/models/test-model")]
    [InlineData("GET", "/v1/models")]
    public async Task Path_that_is_not_ours_never_reaches_the_LLM_server(string method, string path)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var broker = await StandInBroker.Start(llm.Url, new Roster(1, [Entry()]));
        var listings = llm.ModelListings;

        using var answer = await broker.Send(new HttpMethod(method), path, null, ("x-remotellm-credential", Derived(s_alice, StandInBroker.ConnectorId)));

        await ErrorAssert.Is(answer, 404, "invalid_request_error", "endpoint_not_served");
        Assert.Empty(llm.Requests);
        Assert.Equal(listings, llm.ModelListings);
    }

    private static RosterEntry Entry() => new("alice", "laptop", DerivedCredential.FingerprintOf(s_alice, StandInBroker.ConnectorId), RequestLimits.None);

    private static string Derived(KeyDigest key, string connector) => DerivedCredential.Format(DerivedCredential.Derive(key, connector));

    private static string? Credential(CredentialKind kind) => kind switch
    {
        CredentialKind.None => null,
        CredentialKind.RawKey => TestUsers.AliceKey,
        CredentialKind.UnknownKey => Derived(ApiKey.Hash(TestUsers.UnknownKey), StandInBroker.ConnectorId),
        CredentialKind.OfAnotherConnector => Derived(s_alice, "another"),
        CredentialKind.FingerprintItself => Entry().Fingerprint.ToString(),
        _ => "nonsense",
    };

    /// <summary>What a request that got past the edge may carry.</summary>
    public enum CredentialKind
    {
        None,
        RawKey,
        UnknownKey,
        OfAnotherConnector,
        FingerprintItself,
        Nonsense,
    }
}
