using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("http://localhost:11434", "http://localhost:11434/v1/models")]
    [InlineData("http://localhost:11434/", "http://localhost:11434/v1/models")]
    [InlineData("http://localhost:11434/v1", "http://localhost:11434/v1/models")]
    [InlineData(" http://localhost:11434/v1/ ", "http://localhost:11434/v1/models")]
    [InlineData("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/models")]
    [InlineData("https://openrouter.ai/api", "https://openrouter.ai/api/v1/models")]
    [InlineData("https://gpu.example/v1beta", "https://gpu.example/v1beta/v1/models")]
    [InlineData("HTTP://GPU.example:80/", "http://gpu.example/v1/models")]
    [InlineData("http://[::1]:8080/v1", "http://[::1]:8080/v1/models")]
    public void Every_way_of_writing_it_leads_to_the_endpoint(string text, string endpoint) =>
        Assert.Equal(endpoint, ServerAddress.Parse(text).Endpoint("/v1/models").AbsoluteUri);

    [Theory]
    [InlineData("", "is missing")]
    [InlineData("localhost:8080", "needs http:// or https://")]
    [InlineData("ftp://host", "not ftp://")]
    [InlineData("http://", "is not a URL")]
    [InlineData("http://me:secret@host", LlmServerOptions.ApiKeyVariable)]
    [InlineData("http://host/v1?key=secret", "must not have a query")]
    [InlineData("http://host/#x", "fragment")]
    public void What_cannot_be_used_is_refused_with_advice(string text, string advice)
    {
        Assert.False(ServerAddress.TryParse(text, out _, out var error));
        Assert.Contains(advice, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }
}
