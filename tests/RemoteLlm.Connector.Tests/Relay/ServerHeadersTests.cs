using RemoteLlm.Connector.Relay;

namespace RemoteLlm.Connector.Tests.Relay;

public sealed class ServerHeadersTests
{
    [Theory]
    [InlineData("Authorization")]
    [InlineData("X-Api-Key")]
    [InlineData("API-KEY")]
    [InlineData("cookie")]
    [InlineData("x-remotellm-credential")]
    [InlineData("X-RemoteLlm-Billing-Id")]
    public void DropRequest_ACredential_NeverReachesTheServer(string name) => Assert.True(ServerHeaders.DropRequest(name));

    [Theory]
    [InlineData("Set-Cookie")]
    [InlineData("x-ratelimit-remaining-requests")]
    [InlineData("Access-Control-Allow-Origin")]
    [InlineData("x-remotellm-anything")]
    [InlineData("X-Request-Id")]
    public void DropResponse_TheServersOwnBusiness_StaysThere(string name) => Assert.True(ServerHeaders.DropResponse(name));

    [Theory]
    [InlineData("Content-Type")]
    [InlineData("anthropic-version")]
    public void WhatIsOfUse_Passes(string name)
    {
        Assert.False(ServerHeaders.DropRequest(name));
        Assert.False(ServerHeaders.DropResponse(name));
    }
}
