namespace RemoteLlm.Replay.Tests;

public sealed class ReplayEnvironmentTests
{
    [Fact]
    public void Apply_AllSet_SetsAll()
    {
        var options = new ReplayOptions();

        Assert.Null(ReplayEnvironment.Apply(options, name => name switch
        {
            "LLM_PROXY_MODE" => "Record",
            "LLM_PROXY_TARGET" => "http://localhost:11434",
            "LLM_PROXY_API_KEY" => "k",
            _ => null,
        }));

        Assert.Equal((ReplayMode.Record, new Uri("http://localhost:11434"), "k"), (options.Mode, options.Target, options.ApiKey));
    }

    [Fact]
    public void Apply_NothingSet_ChangesNothing()
    {
        var options = new ReplayOptions { Mode = ReplayMode.Live, ApiKey = "k" };

        Assert.Null(ReplayEnvironment.Apply(options, _ => ""));

        Assert.Equal((ReplayMode.Live, "k"), (options.Mode, options.ApiKey));
    }

    [Theory]
    [InlineData("LLM_PROXY_MODE", "repaly")]
    [InlineData("LLM_PROXY_MODE", "1")]
    [InlineData("LLM_PROXY_TARGET", "localhost:11434")]
    [InlineData("LLM_PROXY_TARGET", "/v1")]
    public void Apply_Mistake_NamesTheVariable(string name, string value) =>
        Assert.StartsWith($"{name} is '{value}'; it must be ", ReplayEnvironment.Apply(new ReplayOptions(), asked => asked == name ? value : null), StringComparison.Ordinal);
}
