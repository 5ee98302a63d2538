using System.Net.WebSockets;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Connectors;

public sealed class ConnectorAuthenticationTests
{
    private const string Elsewhere = "203.0.113.7";

    private static readonly string s_stranger = ConnectorToken.Generate();

    [Fact]
    public async Task Tokens_decide_who_is_let_in()
    {
        await using var stage = await BrokerStage.StartAsync();

        // Admitted: refused by what comes after, for it is no WebSocket.
        await AssertStatus(400, stage.AskAsync(stage.Token));
        await AssertStatus(403, stage.AskAsync(stage.BlockedToken));
        await AssertStatus(401, stage.AskAsync(null));
        await AssertStatus(401, stage.AskAsync("rlc-short"));
        using var stranger = await stage.AskAsync(s_stranger);
        Assert.Equal((401, "Bearer"), ((int)stranger.StatusCode, stranger.Headers.WwwAuthenticate.ToString()));
        Assert.DoesNotContain(stage.Logs.Entries, entry => entry.Says(s_stranger) || entry.Says(stage.BlockedToken));
    }

    [Fact]
    public async Task Who_dials_too_often_is_told_when_to_come_back()
    {
        await using var stage = await BrokerStage.StartAsync(options => options.DialsPerAddressPerMinute = 10);
        for (var dial = 0; dial < 5; dial++)
            await AssertStatus(400, stage.AskAsync(stage.Token, Elsewhere));

        using var refusal = await stage.AskAsync(stage.Token, Elsewhere);

        Assert.Equal((429, TimeSpan.FromSeconds(6)), ((int)refusal.StatusCode, refusal.Headers.RetryAfter?.Delta));
        await AssertStatus(400, stage.AskAsync(stage.Token, "203.0.113.8"));
        stage.Time.Advance(TimeSpan.FromSeconds(6));
        await AssertStatus(400, stage.AskAsync(stage.Token, Elsewhere));
    }

    [Fact]
    public async Task Bad_tokens_of_an_address_are_capped_and_good_ones_pass_beside_them()
    {
        await using var stage = await BrokerStage.StartAsync();
        for (var dial = 0; dial < DialThrottle.Failures; dial++)
            await AssertStatus(401, stage.AskAsync(s_stranger, Elsewhere));
        var logged = stage.Logs.Entries.Count(entry => entry.Says("Connector refused"));

        using (var refusal = await stage.AskAsync(s_stranger, Elsewhere))
            Assert.Equal((429, TimeSpan.FromSeconds(1)), ((int)refusal.StatusCode, refusal.Headers.RetryAfter?.Delta));
        await AssertStatus(429, stage.AskAsync(stage.BlockedToken, Elsewhere));

        await AssertStatus(400, stage.AskAsync(stage.Token, Elsewhere));
        Assert.Equal(logged, stage.Logs.Entries.Count(entry => entry.Says("Connector refused")));
    }

    [Theory]
    [InlineData(true, Elsewhere, null, 403)]
    [InlineData(true, Elsewhere, "https", 400)]
    [InlineData(true, null, null, 400)]
    [InlineData(false, Elsewhere, null, 400)]
    public async Task Where_TLS_is_required_plain_text_is_for_this_machine_only(bool required, string? from, string? proto, int status)
    {
        await using var stage = await BrokerStage.StartAsync(options => options.RequireTls = required);

        await AssertStatus(status, stage.AskAsync(stage.Token, from, proto));
    }

    [Fact]
    public async Task A_broker_that_closes_says_when_to_come_back()
    {
        await using var stage = await BrokerStage.StartAsync();
        stage.Registry.Close();

        using var refusal = await stage.AskAsync(stage.Token);

        Assert.Equal((503, TimeSpan.FromSeconds(1)), ((int)refusal.StatusCode, refusal.Headers.RetryAfter?.Delta));
    }

    [Fact]
    public async Task A_control_connection_without_a_session_is_ended()
    {
        await using var stage = await BrokerStage.StartAsync();
        var (idle, _) = await stage.DialControlAsync();
        using var _ = idle;

        stage.Time.Advance(ControlLobby.Longest);

        Assert.Null(await BrokerStage.ReceiveAsync(idle!));
        await stage.Logs.Until("Control connection without a session ended", "home");
    }

    [Fact]
    public async Task A_control_connection_with_a_session_stays()
    {
        await using var stage = await BrokerStage.StartAsync();
        var (socket, _) = await stage.DialControlAsync();
        using var _ = socket;
        Assert.Contains("\"grant\":{", await BrokerStage.OpenSessionAsync(socket!), StringComparison.Ordinal);

        stage.Time.Advance(ControlLobby.Longest * 2);

        Assert.Contains("has a session already", await BrokerStage.OpenSessionAsync(socket!), StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Logs.Entries, entry => entry.Says("without a session"));
    }

    [Fact]
    public async Task Few_control_connections_of_one_token_wait_for_a_session()
    {
        await using var stage = await BrokerStage.StartAsync();
        var waiting = new List<ClientWebSocket>();
        for (var number = 0; number < ControlLobby.PerToken; number++)
            waiting.Add((await stage.DialControlAsync()).Socket!);

        Assert.Equal(429, (await stage.DialControlAsync()).Status);
        Assert.Contains("\"grant\":{", await BrokerStage.OpenSessionAsync(waiting[0]), StringComparison.Ordinal);
        var (next, status) = await stage.DialControlAsync();

        Assert.Equal(101, status);
        next!.Dispose();
        waiting.ForEach(socket => socket.Dispose());
    }

    private static async Task AssertStatus(int status, Task<HttpResponseMessage> asking)
    {
        using var answer = await asking.OrHang();
        Assert.Equal(status, (int)answer.StatusCode);
    }
}
