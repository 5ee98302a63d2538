using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Edge.Cors;

namespace RemoteLlm.Broker.Tests.Api;

public sealed class CorsOriginsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ")]
    public void Parse_NothingSaid_IsNone(string? setting)
    {
        Assert.True(CorsOrigins.Parse(setting, out var problem).IsEmpty);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("https://app.example.org")]
    [InlineData("http://localhost:3000")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://[::1]:8080")]
    [InlineData("https://*.example.org")]
    [InlineData("https://*.example.org:8443")]
    public void Parse_AnOrigin_IsTakenAsItIs(string origin)
    {
        var origins = CorsOrigins.Parse($" {origin} , https://other.example.org", out var problem);

        Assert.Null(problem);
        Assert.Equal((false, false), (origins.Any, origins.IsEmpty));
        Assert.Equal([origin, "https://other.example.org"], origins.Patterns);
    }

    [Fact]
    public void Parse_AnAsterisk_IsEverybody() => Assert.True(CorsOrigins.Parse("https://app.example.org, *", out _) is { Any: true, IsEmpty: false });

    [Theory]
    [InlineData("https://app.example.org/", "slash", "give https://app.example.org in")]
    [InlineData("https://*.example.org/", "slash", "give https://*.example.org in")]
    [InlineData("https://app.example.org/chat", "before the path", "give https://app.example.org in")]
    [InlineData("https://app.example.org/chat/", "before the path", "give https://app.example.org in")]
    [InlineData("https://app.example.org?x=1", "before the path", "give https://app.example.org in")]
    [InlineData("https://app.example.org#top", "before the path", "give https://app.example.org in")]
    [InlineData("https://app.example.org:443", "not what a browser sends", "give https://app.example.org in")]
    [InlineData("http://app.example.org:80", "not what a browser sends", "give http://app.example.org in")]
    [InlineData("https://user:secret@app.example.org", "not what a browser sends", "give https://app.example.org in")]
    [InlineData("app.example.org", "is no origin", "https://app.example.org")]
    [InlineData("localhost:3000", "is no origin", "http://localhost:3000")]
    [InlineData("ftp://app.example.org", "is no origin", "https://app.example.org")]
    [InlineData("https://*", "is no origin", "https://*.example.org")]
    [InlineData("https://app.*.org", "is no origin", "https://*.example.org")]
    [InlineData("https://*.*.org", "is no origin", "https://*.example.org")]
    [InlineData("*.example.org", "is no origin", "https://*.example.org")]
    [InlineData("null", "is no origin", "https://app.example.org")]
    public void Check_WhatIsNoOrigin_SaysWhatToWrite(string setting, string says, string write)
    {
        var refusal = Assert.Throws<SettingException>(() => BrokerOptionsCheck.Check(new BrokerOptions { CorsOrigins = $"https://good.example.org,{setting}" }));

        Assert.Contains($"'{setting}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(write, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--cors-origins", refusal.Message, StringComparison.Ordinal);
    }
}
