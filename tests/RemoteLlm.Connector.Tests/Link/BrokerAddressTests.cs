using RemoteLlm.Connector.Link;

namespace RemoteLlm.Connector.Tests.Link;

public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData("https://llm.example.org", "https://llm.example.org/", "wss://llm.example.org/_remotellm/channel")]
    [InlineData("wss://llm.example.org", "https://llm.example.org/", "wss://llm.example.org/_remotellm/channel")]
    [InlineData(" HTTPS://llm.example.org:8443/team/llm ", "https://llm.example.org:8443/team/llm/", "wss://llm.example.org:8443/team/llm/_remotellm/channel")]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080/", "ws://127.0.0.1:5080/_remotellm/channel")]
    [InlineData("ws://localhost:5080/", "http://localhost:5080/", "ws://localhost:5080/_remotellm/channel")]
    [InlineData("http://[::1]:5080", "http://[::1]:5080/", "ws://[::1]:5080/_remotellm/channel")]
    public void TryParse_AnAddressAsPeopleTypeIt_IsTaken(string text, string address, string channel)
    {
        Assert.True(BrokerAddress.TryParse(text, allowInsecure: false, out var broker, out _));

        Assert.Equal(address, broker.ToString());
        Assert.Equal(channel, broker.WebSocket("/_remotellm/channel").ToString());
    }

    [Theory]
    [InlineData("http://llm.example.org")]
    [InlineData("ws://192.168.1.5:5080")]
    [InlineData("http://127.0.0.1.example.org")]
    public void TryParse_PlainTextToAnotherMachine_NeedsConsent(string text)
    {
        Assert.False(BrokerAddress.TryParse(text, allowInsecure: false, out _, out var problem));
        Assert.Contains("--insecure", problem, StringComparison.Ordinal);
        Assert.True(BrokerAddress.TryParse(text, allowInsecure: true, out var broker, out _));
        Assert.False(broker.IsSecure);
    }

    [Theory]
    [InlineData("https://user:secret@llm.example.org")]
    [InlineData("https://llm.example.org/?token=secret")]
    [InlineData("https://llm.example.org/#secret")]
    public void TryParse_WithASecretInIt_IsRefusedWithoutRepeatingIt(string text)
    {
        Assert.False(BrokerAddress.TryParse(text, allowInsecure: true, out _, out var problem));

        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("llm.example.org")]
    [InlineData("ftp://llm.example.org")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://")]
    [InlineData("/path")]
    public void TryParse_AnythingElse_IsNoAddress(string text)
    {
        Assert.False(BrokerAddress.TryParse(text, allowInsecure: true, out _, out var problem));

        Assert.Contains("https://", problem, StringComparison.Ordinal);
    }
}
