using System.Net.WebSockets;
using System.Text;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;
using RemoteLlm.Tunnel.Tests.Support;

namespace RemoteLlm.Tunnel.Tests.Channels;

public sealed class ChannelHandshakeTests : IAsyncLifetime
{
    private static readonly Hello s_hello = new(2, 2, new string('a', 32), new string('b', 64), 0, Epoch: 3, Received: 4711);

    private WebSocketPair _sockets = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _sockets = await WebSocketPair.OpenAsync();

    public ValueTask DisposeAsync()
    {
        _sockets.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_hello_and_a_welcome_open_the_way()
    {
        var welcome = ChannelHandshake.SayHelloAsync(_sockets.Connector, s_hello, Token);

        var hello = await ChannelHandshake.AwaitHelloAsync(_sockets.Broker, Token).OrHang();
        await ChannelHandshake.WelcomeAsync(_sockets.Broker, hello!, new ChannelClaim(1, 815), TimeSpan.FromSeconds(60), Token).OrHang();

        Assert.Equal(s_hello, hello);
        Assert.Equal(new Welcome(2, 815, 60_000), await welcome.OrHang());
    }

    [Fact]
    public void A_secret_does_not_show_in_text() => Assert.DoesNotContain(s_hello.Secret, s_hello.ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData(3, 5)]
    [InlineData(1, 1)]
    [InlineData(-3, 0)]
    [InlineData(1, 0)]
    public async Task Versions_without_one_in_common_are_refused_naming_both_ranges(int min, int max)
    {
        var welcome = ChannelHandshake.SayHelloAsync(_sockets.Connector, s_hello with { MinVersion = min, MaxVersion = max }, Token);

        Assert.Null(await ChannelHandshake.AwaitHelloAsync(_sockets.Broker, Token).OrHang());

        var refused = await Assert.ThrowsAsync<ChannelLostException>(() => welcome.OrHang());
        Assert.Equal(CloseReason.VersionMismatch, refused.End.Reason);
        Assert.True(refused.End.ByPeer);
        Assert.Contains($"{min} to {max}", refused.End.Detail, StringComparison.Ordinal);
        Assert.Contains("2 to 2", refused.End.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_connector_that_still_speaks_our_version_is_welcome()
    {
        var welcome = ChannelHandshake.SayHelloAsync(_sockets.Connector, s_hello with { MinVersion = 1, MaxVersion = 9 }, Token);

        var hello = await ChannelHandshake.AwaitHelloAsync(_sockets.Broker, Token).OrHang();
        await ChannelHandshake.WelcomeAsync(_sockets.Broker, hello!, new ChannelClaim(1, 815), TimeSpan.FromSeconds(60), Token).OrHang();

        Assert.Equal(2, (await welcome.OrHang()).Version);
    }

    public static TheoryData<string, byte[]> NoHellos() => new()
    {
        { "a frame of a running channel", Frames.Ack(0) },
        { "a type alone", Text(FrameType.Hello, "") },
        { "a welcome", Text(FrameType.Welcome, """{"version":1,"received":0}""") },
        { "no JSON", Text(FrameType.Hello, "hello") },
        { "members missing", Text(FrameType.Hello, """{"min_version":2,"max_version":2}""") },
        { "a null secret", Text(FrameType.Hello, """{"min_version":2,"max_version":2,"session":"s","secret":null,"channel":0,"epoch":1,"received":0}""") },
        { "a negative channel", Text(FrameType.Hello, """{"min_version":2,"max_version":2,"session":"s","secret":"x","channel":-1,"epoch":1,"received":0}""") },
        { "a negative count", Text(FrameType.Hello, """{"min_version":2,"max_version":2,"session":"s","secret":"x","channel":0,"epoch":1,"received":-1}""") },
        { "epoch zero", Text(FrameType.Hello, """{"min_version":2,"max_version":2,"session":"s","secret":"x","channel":0,"epoch":0,"received":0}""") },
        { "one byte too long", Text(FrameType.Hello, new string(' ', 4097)) },
        { "much too long", Text(FrameType.Hello, new string(' ', 100_000)) },
    };

    [Theory]
    [MemberData(nameof(NoHellos))]
    public async Task Anything_else_first_is_refused_and_told(string what, byte[] message)
    {
        Assert.NotEmpty(what);
        await _sockets.Connector.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, Token).OrHang();

        Assert.Null(await ChannelHandshake.AwaitHelloAsync(_sockets.Broker, Token).OrHang());

        var buffer = new byte[1024];
        var result = await _sockets.Connector.ReceiveAsync(buffer.AsMemory(), Token).OrHang();
        var log = new FrameLog();
        FrameReader.Read(buffer.AsSpan(0, result.Count), log);
        Assert.StartsWith("close ProtocolError ", log.Calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hello_as_text_is_refused()
    {
        var message = Encoding.UTF8.GetBytes('\u0001' + """{"min_version":2,"max_version":2,"session":"s","secret":"x","channel":0,"epoch":1,"received":0}""");
        await _sockets.Connector.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, Token).OrHang();

        var damaged = await Assert.ThrowsAsync<ChannelLostException>(() => ChannelHandshake.AwaitHelloAsync(_sockets.Broker, Token).OrHang());

        Assert.Equal(CloseReason.Damaged, damaged.End.Reason);
    }

    [Fact]
    public async Task Unknown_members_are_left_to_later_versions()
    {
        var message = Text(FrameType.Hello, """{"min_version":2,"max_version":2,"session":"s","secret":"x","channel":1,"epoch":1,"received":0,"later":true}""");
        await _sockets.Connector.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, Token).OrHang();

        Assert.Equal(1, (await ChannelHandshake.AwaitHelloAsync(_sockets.Broker, Token).OrHang())?.Channel);
    }

    [Fact]
    public async Task A_hello_of_4096_bytes_fits()
    {
        var json = """{"min_version":2,"max_version":2,"session":"s","secret":"x","channel":1,"epoch":1,"received":0}""";
        await _sockets.Connector.SendAsync(Text(FrameType.Hello, json.PadRight(4096)), WebSocketMessageType.Binary, endOfMessage: true, Token).OrHang();

        Assert.NotNull(await ChannelHandshake.AwaitHelloAsync(_sockets.Broker, Token).OrHang());
    }

    [Fact]
    public async Task A_hello_that_does_not_come_ends_with_the_time()
    {
        var time = new ManualTime();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
        var waiting = ChannelHandshake.AwaitHelloAsync(_sockets.Broker, patience.Token);

        time.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.OrHang());
    }

    [Theory]
    [InlineData(CloseReason.SessionEnded)]
    [InlineData(CloseReason.InternalError)]
    public async Task A_refusal_reaches_the_connector_with_its_reason(CloseReason reason)
    {
        var welcome = ChannelHandshake.SayHelloAsync(_sockets.Connector, s_hello, Token);

        await ChannelHandshake.RefuseAsync(_sockets.Broker, reason, "because", Token).OrHang();

        Assert.Equal(new ChannelEnd(reason, "because", ByPeer: true), (await Assert.ThrowsAsync<ChannelLostException>(() => welcome.OrHang())).End);
    }

    [Theory]
    [InlineData("""{"version":3,"received":0,"resume_window_ms":0}""")]
    [InlineData("""{"version":0,"received":0,"resume_window_ms":0}""")]
    [InlineData("""{"version":2,"received":-7,"resume_window_ms":0}""")]
    [InlineData("""{"version":2,"received":0}""")]
    [InlineData("""{}""")]
    [InlineData("welcome")]
    public async Task A_welcome_that_makes_no_sense_is_no_welcome(string json)
    {
        var welcome = ChannelHandshake.SayHelloAsync(_sockets.Connector, s_hello, Token);

        await _sockets.Broker.SendAsync(Text(FrameType.Welcome, json), WebSocketMessageType.Binary, endOfMessage: true, Token).OrHang();

        Assert.False((await Assert.ThrowsAsync<ChannelLostException>(() => welcome.OrHang())).End.ByPeer);
    }

    [Fact]
    public async Task A_hello_that_came_to_harm_is_no_hello()
    {
        var message = Text(FrameType.Hello, """{"min_version":2,"max_version":2,"session":"s","secret":"x","channel":0,"epoch":1,"received":5}""");
        message[^7] ^= 1;
        await _sockets.Connector.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, Token).OrHang();

        var damaged = await Assert.ThrowsAsync<ChannelLostException>(() => ChannelHandshake.AwaitHelloAsync(_sockets.Broker, Token).OrHang());

        Assert.Equal(CloseReason.Damaged, damaged.End.Reason);
    }

    private static byte[] Text(FrameType type, string text) => Frames.Sealed([(byte)type, .. Encoding.UTF8.GetBytes(text)]);
}
