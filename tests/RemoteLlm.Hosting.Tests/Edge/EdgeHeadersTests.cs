using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Edge;

namespace RemoteLlm.Hosting.Tests.Edge;

public sealed class EdgeHeadersTests
{
    [Theory]
    [InlineData("Authorization")]
    [InlineData("X-API-Key")]
    [InlineData("api-key")]
    [InlineData("Cookie")]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-anything")]
    [InlineData("Forwarded")]
    [InlineData("X-RemoteLlm-Credential")]
    [InlineData("x-remotellm-billing-id")]
    [InlineData("Accept-Encoding")]
    [InlineData("Origin")]
    [InlineData("Sec-Fetch-Mode")]
    [InlineData("x-request-id")]
    public void DropRequest_WhatMustStayOutside_IsDropped(string name) => Assert.True(EdgeHeaders.DropRequest(name));

    [Theory]
    [InlineData("Content-Type")]
    [InlineData("User-Agent")]
    [InlineData("anthropic-beta")]
    [InlineData("traceparent")]
    [InlineData("X-RemoteLlm-Class")]
    public void DropRequest_AnythingElse_Passes(string name) => Assert.False(EdgeHeaders.DropRequest(name));

    [Theory]
    [InlineData("Server", true)]
    [InlineData("X-RemoteLlm-Unshared", true)]
    [InlineData("x-remotellm-queue", false)]
    [InlineData("Content-Type", false)]
    public void DropResponse_WhatIsForTheBrokerAlone_StaysInside(string name, bool drop) => Assert.Equal(drop, EdgeHeaders.DropResponse(name));

    [Fact]
    public void TooLarge_CountsNamesValuesAndLines()
    {
        var headers = new HeaderDictionary { ["x-a"] = new string('v', EdgeHeaders.MaxTotal - 7) };
        Assert.False(EdgeHeaders.TooLarge(headers));

        headers["b"] = "";

        Assert.True(EdgeHeaders.TooLarge(headers));
    }
}
