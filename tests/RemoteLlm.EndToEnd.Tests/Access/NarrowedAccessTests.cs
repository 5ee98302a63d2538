using System.Net;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.EndToEnd.Tests.Access;

/// <summary>A broker whose roster allows everything to everybody cannot widen what the connector's owner has narrowed.</summary>
public sealed class NarrowedAccessTests
{
    private static readonly KeyDigest s_alice = ApiKey.Hash(TestUsers.AliceKey);

    /// <summary>A roster on which Alice may do everything.</summary>
    internal static Roster Everything { get; } = new(
        1,
        [new RosterEntry("alice", "laptop", DerivedCredential.FingerprintOf(s_alice, StandInBroker.ConnectorId), RequestLimits.None, ["*"]) { IsOperator = true, ModelsHere = ["*"] }]);

    /// <summary>Alice's credential there.</summary>
    internal static string Credential { get; } = DerivedCredential.Format(DerivedCredential.Derive(s_alice, StandInBroker.ConnectorId));

    [Theory]
    [InlineData("users: [bob]", 403, "permission_error", "not_allowed_here")]
    [InlineData("not_users: [Alice]", 403, "permission_error", "not_allowed_here")]
    [InlineData("models: [\"other*\"]", 403, "permission_error", "model_not_allowed")]
    [InlineData("paused: true", 503, "server_error", "sharing_paused")]
    [InlineData("hours: []", 503, "server_error", "sharing_paused")]
    public async Task What_the_owner_refuses_no_roster_allows(string rule, int status, string type, string code)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        using var data = new TemporaryFolder();
        data.Write("access.yaml", rule + "\n");
        await using var broker = await StandInBroker.Start(llm.Url, Everything, data.Path);

        for (var revision = 1; revision < 3; revision++)
        {
            using var answer = await broker.Chat(Credential, revision);
            await ErrorAssert.Is(answer, status, type, code);
            await broker.Push(Everything with { Revision = revision + 1 });
        }

        Assert.Empty(llm.Requests);
        Assert.Equal(rule.StartsWith("models", StringComparison.Ordinal) ? [] : ["test-model"], broker.Inventory!.Models.Select(model => model.Id));
    }

    [Fact]
    public async Task Limits_of_the_owner_hold_where_the_roster_has_none()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        using var data = new TemporaryFolder();
        data.Write("access.yaml", "limits: { requests_per_minute: 6, burst: 1 }\n");
        await using var broker = await StandInBroker.Start(llm.Url, Everything, data.Path);

        using var first = await broker.Chat(Credential);
        Assert.Equal((HttpStatusCode.OK, "6"), (first.StatusCode, first.Header("x-ratelimit-limit-requests")));
        using var second = await broker.Chat(Credential);
        await ErrorAssert.Is(second, 429, "rate_limit_error", "rate_limit_exceeded");
    }
}
