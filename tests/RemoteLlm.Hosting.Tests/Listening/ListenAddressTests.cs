using System.Net;
using RemoteLlm.Hosting.Listening;

namespace RemoteLlm.Hosting.Tests.Listening;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:9464", "127.0.0.1", 9464, true)]
    [InlineData("http://[::1]:1", "::1", 1, true)]
    [InlineData("http://localhost:0", null, 0, true)]
    [InlineData("http://192.168.1.5:8090", "192.168.1.5", 8090, false)]
    [InlineData("http://0.0.0.0:8090", "0.0.0.0", 8090, false)]
    [InlineData("http://*:8090", "::", 8090, false)]
    [InlineData("http://+:8090", "::", 8090, false)]
    public void An_address_is_read(string url, string? ip, int port, bool loopback)
    {
        var address = Assert.Single(ListenAddress.ParseList($" {url} ; ", out var wrong));

        Assert.Null(wrong);
        Assert.Equal((ip is null ? null : IPAddress.Parse(ip), port, loopback), (address.Ip, address.Port, address.IsLoopback));
    }

    [Theory]
    [InlineData("https://127.0.0.1:1")]
    [InlineData("http://gpu-box:8090")]
    [InlineData("http://127.0.0.1:70000")]
    [InlineData("http://127.0.0.1:1/path")]
    [InlineData("127.0.0.1")]
    public void What_is_none_is_named(string url)
    {
        ListenAddress.ParseList($"http://127.0.0.1:1;{url};nonsense", out var wrong);

        Assert.Equal(url, wrong);
    }

    [Fact]
    public void Nothing_at_all_is_wrong_too()
    {
        Assert.Empty(ListenAddress.ParseList(" ; ", out var wrong));
        Assert.NotNull(wrong);
    }
}
