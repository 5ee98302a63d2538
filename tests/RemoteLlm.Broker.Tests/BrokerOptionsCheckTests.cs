using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Broker.Tests;

public sealed class BrokerOptionsCheckTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5080")]
    [InlineData("http://localhost:0;http://[::1]:0")]
    public void Check_NoAuthOnLoopback_Passes(string urls) => BrokerOptionsCheck.Check(new BrokerOptions { NoAuth = true, Urls = urls });

    [Theory]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://*:5080")]
    [InlineData("http://+:5080")]
    [InlineData("http://[::]:5080")]
    [InlineData("https://llm.example.org")]
    [InlineData("http://127.0.0.1:5080;http://10.0.0.1:5080")]
    [InlineData("http://localhost.example.org")]
    [InlineData("http://127.0.0.1.example.org")]
    public void Check_NoAuthBeyondLoopback_IsRefused(string urls)
    {
        var refusal = Assert.Throws<SettingException>(() => BrokerOptionsCheck.Check(new BrokerOptions { NoAuth = true, Urls = urls }));

        Assert.Contains("--no-auth", refusal.Message, StringComparison.Ordinal);
        BrokerOptionsCheck.Check(new BrokerOptions { Urls = urls });
    }

    [Theory]
    [InlineData("127.0.0.1:5080")]
    [InlineData("ftp://host")]
    [InlineData("http://")]
    [InlineData("http:///path")]
    [InlineData("nonsense")]
    public void Check_ABadAddress_IsNamed(string url)
    {
        var refusal = Assert.Throws<SettingException>(() => BrokerOptionsCheck.Check(new BrokerOptions { Urls = url }));

        Assert.Contains($"'{url}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ABadKeyOfTheEnvironment_IsRefusedWithoutShowingIt()
    {
        var refusal = Assert.Throws<SettingException>(() => BrokerOptionsCheck.Check(new BrokerOptions { ApiKeys = "alice:too-short-to-be-a-key" }));

        Assert.DoesNotContain("too-short-to-be-a-key", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ; ")]
    public void Check_NoAddressAtAll_IsRefused(string urls) => Assert.Throws<SettingException>(() => BrokerOptionsCheck.Check(new BrokerOptions { Urls = urls }));

    [Theory]
    [InlineData(0, 4, 6_000, "--channels-per-session is 1 to 8")]
    [InlineData(9, 4, 6_000, "--channels-per-session is 1 to 8")]
    [InlineData(2, 1, 6_000, "--sessions-per-connector is 2 to 100")]
    [InlineData(2, 4, 9, "--dials-per-address is 10 to 1000000")]
    public void Check_ACapOutOfRange_SaysWhichOptionToChange(int channels, int sessions, int dials, string says)
    {
        var options = new BrokerOptions { Connectors = { ChannelsPerSession = channels, SessionsPerConnector = sessions, DialsPerAddressPerMinute = dials } };

        var refusal = Assert.Throws<SettingException>(() => BrokerOptionsCheck.Check(options));

        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }
}
