using Microsoft.AspNetCore.Http;
using RemoteLlm.Replay.Recording;

namespace RemoteLlm.Replay.Tests.Recording;

public sealed class TargetRequestTests
{
    [Theory]
    [InlineData("http://host:1", "/v1/models", "", "http://host:1/v1/models")]
    [InlineData("http://host:1/", "/v1/models", "?a=b", "http://host:1/v1/models?a=b")]
    [InlineData("https://host/v1", "/v1/models", "", "https://host/v1/models")]
    [InlineData("https://host/api/v1/", "/v1/models", "", "https://host/api/v1/models")]
    [InlineData("https://host/v1", "/health", "", "https://host/v1/health")]
    [InlineData("http://host", "//evil.example/x", "", "http://host//evil.example/x")]
    [InlineData("http://host", "/@evil.example/x", "", "http://host/@evil.example/x")]
    public void Address_OfTargetAndPath_IsAtTheTarget(string target, string path, string query, string expected) =>
        Assert.Equal(expected, TargetRequest.Address(new Uri(target), new PathString(path), new QueryString(query)).AbsoluteUri);
}
