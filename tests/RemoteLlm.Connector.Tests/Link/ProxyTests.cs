using System.Net;
using RemoteLlm.Connector.Link;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Link;

/// <summary>Dials through a real proxy. The broker's name resolves nowhere: only the proxy can lead to it.</summary>
public sealed class ProxyTests
{
    private const string Name = "broker.remotellm.invalid";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("office:secret word")]
    public async Task A_plain_broker_is_dialled_through_the_proxy(string? credentials)
    {
        await using var target = await DialTarget.StartAsync();
        await using var proxy = new ConnectProxy(target.Port) { Credentials = credentials };
        using var dialer = Dialer(target.Address("http", Name), Through(proxy, credentials));

        var dial = await dialer.DialAsync("/_remotellm/control", null, Cancel);

        await BrokerDialerTests.AssertEcho(dial);
        dial.Socket!.Dispose();
        Assert.Equal($"CONNECT {Name}:{target.Port} HTTP/1.1", proxy.Asked.First());
        Assert.Equal(credentials is null ? 1 : 2, proxy.Asked.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("office:secret word")]
    public async Task A_broker_with_TLS_is_dialled_through_the_proxy_which_sees_nothing_of_it(string? credentials)
    {
        using var folder = new TemporaryFolder();
        using var certificate = DialTarget.Certificate(Name, out var pem);
        await using var target = await DialTarget.StartAsync(certificate);
        await using var proxy = new ConnectProxy(target.Port) { Credentials = credentials };
        using var dialer = Dialer(target.Address("https", Name), Through(proxy, credentials), folder.Write("ca.pem", pem));

        var dial = await dialer.DialAsync("/_remotellm/control", null, Cancel);

        await BrokerDialerTests.AssertEcho(dial);
        dial.Socket!.Dispose();
        Assert.True(Assert.Single(target.Seen).Secure);
        Assert.Equal($"CONNECT {Name}:{target.Port} HTTP/1.1", proxy.Asked.First());
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_broker_on_this_machine_is_dialled_without_the_proxy(string scheme)
    {
        using var folder = new TemporaryFolder();
        using var certificate = DialTarget.Certificate("localhost", out var pem);
        await using var target = await DialTarget.StartAsync(scheme == "https" ? certificate : null);
        await using var proxy = new ConnectProxy(target.Port);
        using var dialer = Dialer(target.Address(scheme, "localhost"), Through(proxy), folder.Write("ca.pem", pem));

        var dial = await dialer.DialAsync("/", null, Cancel);

        await BrokerDialerTests.AssertEcho(dial);
        dial.Socket!.Dispose();
        Assert.Empty(proxy.Asked);
    }

    [Fact]
    public async Task What_the_proxy_is_not_for_is_dialled_without_it()
    {
        await using var proxy = new ConnectProxy(1);
        using var dialer = Dialer(Broker($"http://{Name}"), new WebProxy($"http://127.0.0.1:{proxy.Port}", false, [Name.Replace(".", @"\.", StringComparison.Ordinal)]));

        var dial = await dialer.DialAsync("/", null, Cancel);

        Assert.Null(dial.Socket);
        Assert.Empty(proxy.Asked);
        Assert.DoesNotContain("proxy", dial.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http", 403)]
    [InlineData("https", 403)]
    [InlineData("https", 502)]
    [InlineData("https", 407)]
    [InlineData("http", 407)]
    public async Task A_proxy_that_refuses_is_named_without_its_credentials_and_is_not_taken_for_the_broker(string scheme, int status)
    {
        await using var proxy = new ConnectProxy(1) { Answer = status, Credentials = status == 407 ? "other:one" : null };
        using var dialer = Dialer(Broker($"{scheme}://{Name}:8443"), new WebProxy($"http://office:hidden@127.0.0.1:{proxy.Port}") { Credentials = new NetworkCredential("office", "hidden") });

        var dial = await dialer.DialAsync("/", null, Cancel);

        Assert.NotEmpty(proxy.Asked);
        Assert.Null(dial.Status);
        Assert.False(dial.TokenRefused);
        Assert.Contains($"the proxy 127.0.0.1:{proxy.Port}", dial.Problem, StringComparison.Ordinal);
        Assert.Contains($"CONNECT to {Name}:8443", dial.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", dial.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("office", dial.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_is_not_there_is_named()
    {
        var proxy = new ConnectProxy(1);
        var port = proxy.Port;
        await proxy.DisposeAsync();
        using var dialer = Dialer(Broker($"https://{Name}"), new WebProxy($"http://127.0.0.1:{port}"));

        var dial = await dialer.DialAsync("/", null, Cancel);

        Assert.StartsWith($"the proxy 127.0.0.1:{port} cannot be reached (", dial.Problem, StringComparison.Ordinal);
    }

    private static WebProxy Through(ConnectProxy proxy, string? credentials = null) => new($"http://127.0.0.1:{proxy.Port}")
    {
        Credentials = credentials?.Split(':') is [var user, var password] ? new NetworkCredential(user, password) : null,
    };

    private static BrokerAddress Broker(string text)
    {
        Assert.True(BrokerAddress.TryParse(text, allowInsecure: true, out var address, out var problem), problem);
        return address;
    }

    private static BrokerDialer Dialer(BrokerAddress broker, IWebProxy proxy, string? caFile = null) => new(
        new LinkOptions { Broker = broker, Token = TokenSource.Fixed(ConnectorToken.Generate()), Proxy = proxy, CaFile = caFile }, TimeProvider.System);
}
