using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Edge.Keys;

namespace RemoteLlm.Hosting.Tests.Edge.Keys;

public sealed class KeylessRequestTests
{
    [Theory]
    [InlineData("localhost:5080", null, true)]
    [InlineData("LOCALHOST", "http://localhost:3000", true)]
    [InlineData("127.9.9.9", "http://127.0.0.1", true)]
    [InlineData("[::1]:5080", "https://[::1]:1", true)]
    [InlineData("", null, false)]
    [InlineData("10.0.0.1", null, false)]
    [InlineData("localhost.evil.example", null, false)]
    [InlineData("127.0.0.1.evil.example", null, false)]
    [InlineData("localhost", "http://localhost.evil.example", false)]
    [InlineData("localhost", "https://evil.example", false)]
    [InlineData("localhost", "null", false)]
    [InlineData("localhost", "", false)]
    public void Only_this_machine_is_this_machine(string host, string? origin, bool expected) =>
        Assert.Equal(expected, KeylessRequest.IsOfThisMachine(Request(host, origin)));

    [Theory]
    [InlineData("box", null, true)]
    [InlineData("box", "http://box", true)]
    [InlineData("box", "http://other", false)]
    [InlineData("other", "http://box", false)]
    public void Both_host_and_origin_are_judged(string host, string? origin, bool expected) =>
        Assert.Equal(expected, KeylessRequest.IsOf(Request(host, origin), name => name == "box"));

    private static HttpRequest Request(string host, string? origin)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString(host);
        if (origin is not null)
            request.Headers.Origin = origin;
        return request;
    }
}
