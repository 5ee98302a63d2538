using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using RemoteLlm.Connector.Link;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Link;

public sealed class BrokerDialerTests
{
    private readonly ManualTime _time = new();
    private readonly string _token = ConnectorToken.Generate();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dial_presents_the_token_and_gives_an_open_socket()
    {
        await using var target = await DialTarget.StartAsync();
        using var dialer = new BrokerDialer(Options(target.Address()), _time);

        var dial = await dialer.DialAsync("/_remotellm/channel", "remotellm.channel", Cancel);

        await AssertEcho(dial);
        Assert.Equal("remotellm.channel", dial.Socket!.SubProtocol);
        Assert.Equal(("/_remotellm/channel", $"Bearer {_token}"), (target.Seen[0].Path, target.Seen[0].Authorization));
        Assert.Equal(ConnectorToken.Hash(_token), dial.Token);
        dial.Socket.Dispose();
    }

    [Theory]
    [InlineData(401, "connectors add", true)]
    [InlineData(403, "ask its operator", true)]
    [InlineData(400, "update the older", false)]
    [InlineData(404, "no RemoteLlm broker", false)]
    [InlineData(429, "no more dials", false)]
    [InlineData(503, "stopping", false)]
    [InlineData(502, "does not reach it (502)", false)]
    [InlineData(308, "leads elsewhere (308)", false)]
    [InlineData(200, "no WebSocket", false)]
    [InlineData(418, "answered 418", false)]
    public async Task A_refusal_says_what_to_do_and_whether_to_wait_for_an_operator(int status, string says, bool slowly)
    {
        await using var target = await DialTarget.StartAsync();
        target.Answer = response => (response.StatusCode, response.Headers.Location) = (status, "http://elsewhere.invalid/");
        var options = Options(target.Address());
        using var dialer = new BrokerDialer(options, _time);

        var dial = await dialer.DialAsync("/", null, Cancel);

        Assert.Null(dial.Socket);
        Assert.Equal((HttpStatusCode)status, dial.Status);
        Assert.Contains(says, dial.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_token, dial.ToString(), StringComparison.Ordinal);
        Assert.Equal(slowly ? options.RefusedWait : null, dial.Wait(options));
    }

    [Theory]
    [InlineData(429, "7", 7.0)]
    [InlineData(503, "7", 7.0)]
    [InlineData(503, "86400", 600.0)]
    [InlineData(503, "Sun, 30 Nov 2025 10:01:30 GMT", 90.0)]
    [InlineData(503, "Sun, 30 Nov 2025 09:00:00 GMT", null)]
    [InlineData(503, "0", null)]
    [InlineData(503, "-1", null)]
    [InlineData(503, "soon", null)]
    [InlineData(429, null, null)]
    [InlineData(500, "7", null)]
    public async Task Retry_After_is_honoured_within_bounds(int status, string? header, double? seconds)
    {
        await using var target = await DialTarget.StartAsync();
        target.Answer = response => (response.StatusCode, response.Headers.RetryAfter) = (status, header);
        var options = Options(target.Address());
        using var dialer = new BrokerDialer(options, _time);

        var dial = await dialer.DialAsync("/", null, Cancel);

        Assert.Equal(seconds is { } told ? TimeSpan.FromSeconds(told) : null, dial.RetryAfter);
        if (dial.Wait(options) is { } wait)
            Assert.InRange(wait.TotalSeconds, seconds!.Value, seconds.Value * 1.1);
        else
            Assert.Null(seconds);
    }

    [Fact]
    public async Task A_refused_token_that_says_when_to_come_back_still_waits_for_the_operator()
    {
        await using var target = await DialTarget.StartAsync();
        target.Answer = response => (response.StatusCode, response.Headers.RetryAfter) = (401, "1");
        var options = Options(target.Address());
        using var dialer = new BrokerDialer(options, _time);

        Assert.Equal(options.RefusedWait, (await dialer.DialAsync("/", null, Cancel)).Wait(options));
    }

    [Fact]
    public async Task Each_dial_makes_a_connection_of_its_own()
    {
        await using var target = await DialTarget.StartAsync();
        // An answer after which a pool would keep the connection, and with it the address that the name had.
        target.Answer = response => response.StatusCode = 503;
        using var dialer = new BrokerDialer(Options(target.Address(host: "localhost")), _time);

        for (var dial = 0; dial < 3; dial++)
            await dialer.DialAsync("/", null, Cancel);

        Assert.Equal(3, target.Seen.DistinctBy(seen => seen.Connection).Count());
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_given_up_in_time()
    {
        using var silent = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var dialer = new BrokerDialer(Options(Broker($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}")), _time);

        var dialling = dialer.DialAsync("/", null, Cancel);
        using var accepted = await silent.AcceptSocketAsync(Cancel);
        _time.Advance(TimeSpan.FromSeconds(10));

        var dial = await dialling.OrHang();
        Assert.Null(dial.Status);
        Assert.Contains("did not answer within 10 s", dial.Problem, StringComparison.Ordinal);
        Assert.Null(dial.Wait(Options(Broker("http://127.0.0.1"))));
    }

    [Fact]
    public async Task A_dial_that_is_no_longer_wanted_throws()
    {
        using var silent = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var dialer = new BrokerDialer(Options(Broker($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}")), _time);
        using var stop = new CancellationTokenSource();
        var dialling = dialer.DialAsync("/", null, stop.Token);
        using var accepted = await silent.AcceptSocketAsync(Cancel);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling.OrHang());
    }

    [Fact]
    public async Task An_authority_of_ones_own_is_trusted_only_where_it_is_given()
    {
        using var folder = new TemporaryFolder();
        using var certificate = DialTarget.Certificate("localhost", out var pem);
        await using var target = await DialTarget.StartAsync(certificate);
        using var stranger = new BrokerDialer(Options(target.Address("https", "localhost")), _time);
        using var friend = new BrokerDialer(Options(target.Address("https", "localhost"), caFile: folder.Write("ca.pem", pem)), _time);

        var refused = await stranger.DialAsync("/", null, Cancel);
        Assert.Contains("--ca-file", refused.Problem, StringComparison.Ordinal);
        for (var again = 0; again < 2; again++)
        {
            var dial = await friend.DialAsync("/", null, Cancel);
            await AssertEcho(dial);
            dial.Socket!.Dispose();
        }
    }

    internal static async Task AssertEcho(DialResult dial)
    {
        Assert.True(dial.Socket is not null, dial.Problem);
        await dial.Socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancel).OrHang();
        var buffer = new byte[64];
        var received = await dial.Socket.ReceiveAsync(buffer.AsMemory(), Cancel).OrHang();
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }

    private static BrokerAddress Broker(string text)
    {
        Assert.True(BrokerAddress.TryParse(text, allowInsecure: true, out var address, out var problem), problem);
        return address;
    }

    private LinkOptions Options(BrokerAddress broker, string? caFile = null) =>
        new() { Broker = broker, Token = TokenSource.Fixed(_token), CaFile = caFile, Proxy = null };
}
