using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Connector.Lan;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.EndToEnd.Tests.Lan;

/// <summary>The LAN port of a connector that serves a broker too: the broker's users are good there, and its headers are not.</summary>
public sealed class LanBesideBrokerTests
{
    private const string BobKey = "sk-b0b00000000000000000000000000002";

    [Fact]
    public async Task Key_of_the_roster_is_good_on_the_LAN_and_a_revoked_one_is_not()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, With(TestUsers.Unlimited + TestUsers.Also("bob", BobKey)));
        using var alice = Lan(cluster, TestUsers.AliceKey);
        using var bob = Lan(cluster, BobKey);

        using var first = await bob.Chat();
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await cluster.Connector.Logs.Until("Request", first.Header("x-request-id"), " bob ");

        await cluster.ChangeUsers(TestUsers.Unlimited);
        using var second = await bob.Chat();
        await ErrorAssert.Is(second, 401, "invalid_request_error", "invalid_api_key");
        using var other = await alice.Chat();
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);

        await cluster.StopBroker().OrHang();
        using var alone = await alice.Chat();
        Assert.Equal(HttpStatusCode.OK, alone.StatusCode);
    }

    [Fact]
    public async Task Limits_models_and_standing_of_the_roster_hold()
    {
        const string BlockedKey = "sk-b10c0000000000000000000000000004";
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = ["test-model", "secret"] };
        await using var cluster = await Cluster.Start(llm.Url, With(
            TestUsers.Unlimited + TestUsers.Also("bob", BobKey, "models: [\"test*\"]", "limits: { requests_per_minute: 60, burst: 2 }") + TestUsers.Also("eve", BlockedKey, "blocked: true")));
        using var bob = Lan(cluster, BobKey);

        var listed = await bob.GetStringAsync("v1/models", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("secret", listed, StringComparison.Ordinal);
        using var chat = await bob.Chat();
        Assert.Equal(("60", "1"), (chat.Header("x-ratelimit-limit-requests"), chat.Header("x-ratelimit-remaining-requests")));
        using var secret = await bob.Chat(model: "secret");
        await ErrorAssert.Is(secret, 403, "permission_error", "model_not_allowed");
        using var third = await bob.Chat();
        await ErrorAssert.Is(third, 429, "rate_limit_error", "rate_limit_exceeded");
        using var pull = await bob.Post("api/pull", """{"model":"x"}""");
        Assert.Equal(HttpStatusCode.Forbidden, pull.StatusCode);
        using var eve = Lan(cluster, BlockedKey);
        using var blocked = await eve.Chat();
        await ErrorAssert.Is(blocked, 403, "permission_error", "key_blocked");
        using var models = await eve.GetAsync("v1/models", TestContext.Current.CancellationToken);
        await ErrorAssert.Is(models, 403, "permission_error", "key_blocked");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(TestUsers.UnknownKey)]
    public async Task Credential_of_the_tunnel_is_worth_nothing_here(string? key)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, With(TestUsers.Unlimited));
        using var smuggler = Lan(cluster, key);
        var credential = DerivedCredential.Format(DerivedCredential.Derive(ApiKey.Hash(TestUsers.AliceKey), "home"));
        smuggler.DefaultRequestHeaders.Add("x-remotellm-credential", credential);
        smuggler.DefaultRequestHeaders.Add("x-remotellm-roster-revision", "1");

        using var chat = await smuggler.Chat();

        await ErrorAssert.Is(chat, 401, "invalid_request_error", "invalid_api_key");
        Assert.Empty(llm.Requests);
        // The test would prove nothing if the credential were wrong.
        Assert.Equal("home", cluster.Connector.Link.ConnectorId);
    }

    [Fact]
    public async Task Headers_that_are_no_clients_to_send_go_nowhere()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, With(TestUsers.Unlimited));
        using var client = Lan(cluster, TestUsers.AliceKey);
        client.DefaultRequestHeaders.Add("x-remotellm-billing-id", "req_of_somebody_else");
        client.DefaultRequestHeaders.Add("x-remotellm-anything", "forged");
        client.DefaultRequestHeaders.Add("x-forwarded-for", "198.51.100.7");
        client.DefaultRequestHeaders.Add("Cookie", "session=1");
        client.DefaultRequestHeaders.Add("x-custom", "passes");
        client.DefaultRequestHeaders.TryAddWithoutValidation("x-request-id", "my-own-label");
        client.DefaultRequestHeaders.ExpectContinue = true;

        using var chat = await client.Chat();

        Assert.Equal((HttpStatusCode.OK, "my-own-label"), (chat.StatusCode, chat.Header("x-request-id")));
        var asked = Assert.Single(llm.Requests);
        Assert.Equal("passes", asked["x-custom"]);
        Assert.DoesNotContain(asked.Headers.Keys, name => name.StartsWith("x-remotellm-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("x-forwarded-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(("", "", ""), (asked["cookie"], asked["expect"], asked["authorization"]));
        var line = await cluster.Connector.Logs.Until("Request my-own-label req_");
        Assert.DoesNotContain("somebody_else", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trailers_of_the_tunnel_stay_in_it()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Stream("one"));
        await using var cluster = await Cluster.Start(llm.Url, With(TestUsers.Unlimited));
        using var raw = await RawConnection.Open(Address(cluster));
        var body = TestClient.ChatBody(stream: true);

        await raw.SendHead($"Authorization: Bearer {TestUsers.AliceKey}", "TE: trailers", "Connection: close", $"Content-Length: {body.Length}");
        await raw.Send(body);

        var received = await raw.ReadToEnd();
        Assert.All(["x-remotellm-usage", "x-remotellm-interrupted"], trailer => Assert.DoesNotContain(trailer, received, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task By_default_nothing_but_the_tunnel_listens()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url);
        var services = cluster.Connector.Services;

        Assert.Null(services.GetService<LanAddress>());
        Assert.Equal(["http://tunnel"], services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses);
        Assert.DoesNotContain(cluster.Connector.Logs.Entries, entry => entry.Says("LAN"));
    }

    private static ClusterOptions With(string users) => new() { Users = users, Lan = new LanOptions { Listen = ":0" } };

    private static Uri Address(Cluster cluster) => cluster.Connector.Services.GetRequiredService<LanAddress>().Urls[0];

    private static HttpClient Lan(Cluster cluster, string? key) => TestClient.Create(Address(cluster), key);
}
