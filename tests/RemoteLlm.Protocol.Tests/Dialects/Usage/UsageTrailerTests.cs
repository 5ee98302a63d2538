using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

public sealed class UsageTrailerTests
{
    [Fact]
    public void TryParse_WhatFormatMade_IsTheSameUsage()
    {
        var usage = new TokenUsage(12, 65, 3);

        Assert.True(UsageTrailer.TryParse(UsageTrailer.Format(usage), out var read));
        Assert.Equal(usage, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1,2")]
    [InlineData("1,2,3,4")]
    [InlineData("-1,2,3")]
    [InlineData("1,2,x")]
    [InlineData("1,2,99999999999999999999")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(UsageTrailer.TryParse(text, out _));
}
