using RemoteLlm.Connector.Servers;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class LlmServerOptionsTests
{
    [Fact]
    public void The_key_comes_from_the_setting_or_from_the_first_line_of_the_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("key", " sk-file \nsecond line\n");
        Assert.Equal(("sk-file", null), Key(new LlmServerOptions { ApiKeyFile = file }));
        Assert.Equal(("sk-env", null), Key(new LlmServerOptions { ApiKey = "sk-env\n", ApiKeyFile = file }));
        Assert.Equal((null, null), Key(new LlmServerOptions()));

        var (none, problem) = Key(new LlmServerOptions { ApiKeyFile = folder.Write("empty", "") });
        Assert.Null(none);
        Assert.Contains("is empty", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_are_valid_once_there_is_a_url() =>
        Assert.True(new LlmServerOptionsValidator().Validate(null, new LlmServerOptions { Url = "http://localhost:8080" }).Succeeded);

    [Fact]
    public void Each_bad_setting_is_named()
    {
        var result = new LlmServerOptionsValidator().Validate(null, new LlmServerOptions
        {
            Url = "nowhere",
            ConnectTimeout = TimeSpan.FromSeconds(-1),
            FirstByteTimeout = TimeSpan.MaxValue,
            BetweenBytesTimeout = TimeSpan.Zero,
            DiscoveryPeriod = TimeSpan.Zero,
        });
        Assert.Equal(4, result.Failures!.Count());
        Assert.Contains(result.Failures!, f => f.StartsWith("ConnectTimeout", StringComparison.Ordinal));
        Assert.Contains(result.Failures!, f => f.StartsWith("DiscoveryPeriod", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Failures!, f => f.StartsWith("BetweenBytesTimeout", StringComparison.Ordinal));
    }

    private static (string? Key, string? Problem) Key(LlmServerOptions options)
    {
        options.Url = "http://gpu";
        options.ToEntry().Credential.TryRead(out var key, out var problem);
        return (key, problem);
    }
}
