using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class LocalNamesTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("10.255.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.50")]
    [InlineData("169.254.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("::ffff:192.168.1.50")]
    [InlineData("fe80::1")]
    [InlineData("[fd12:3456::1]")]
    [InlineData("gpu-box")]
    [InlineData("ollama")]
    [InlineData("gpu.local")]
    [InlineData("GPU.LAN")]
    [InlineData("box.home.arpa")]
    [InlineData("host.docker.internal")]
    [InlineData("gpu.localhost")]
    public void Host_of_this_machine_or_network_is_local(string host) => Assert.True(LocalNames.IsLocal(host));

    [Theory]
    [InlineData("api.anthropic.com")]
    [InlineData("openrouter.ai")]
    [InlineData("8.8.8.8")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.169.0.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("11.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("[2606:4700::1111]")]
    [InlineData("local.example.org")]
    [InlineData("notlocal.com")]
    [InlineData("evil-lan.example")]
    public void Host_of_the_internet_is_not(string host) => Assert.False(LocalNames.IsLocal(host));

    [Theory]
    [InlineData("http://192.168.1.50:11434", true)]
    [InlineData("http://[::1]:8080/v1", true)]
    [InlineData("https://api.anthropic.com", false)]
    public void Address_knows_whether_it_is(string url, bool local) => Assert.Equal(local, ServerAddress.Parse(url).IsLocal);
}
