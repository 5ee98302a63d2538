using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class LocalNamesTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("gpu-box")]
    [InlineData("box.local")]
    [InlineData("BOX.LAN")]
    [InlineData("box.home.arpa")]
    [InlineData("host.docker.internal")]
    [InlineData("127.0.0.2")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("fe80::1")]
    [InlineData("fd12::1")]
    [InlineData("::ffff:192.168.1.1")]
    public void Of_this_network(string host) => Assert.True(LocalNames.IsLocal(host));

    [Theory]
    [InlineData("api.openai.com")]
    [InlineData("box.local.example.org")]
    [InlineData("notlocal.net")]
    [InlineData("8.8.8.8")]
    [InlineData("172.15.0.1")]
    [InlineData("172.32.0.1")]
    [InlineData("192.169.1.1")]
    [InlineData("100.63.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("11.0.0.1")]
    [InlineData("2001:db8::1")]
    [InlineData("::ffff:8.8.8.8")]
    public void Of_the_internet(string host) => Assert.False(LocalNames.IsLocal(host));
}
