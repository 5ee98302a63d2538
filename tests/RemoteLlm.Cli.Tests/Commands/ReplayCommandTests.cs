using System.CommandLine;
using RemoteLlm.Cli.Commands;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Tests.Commands;

public sealed class ReplayCommandTests
{
    [Theory]
    [InlineData("LLM_PROXY_MODE is 'repaly'", "--mode", "repaly")]
    [InlineData("LLM_PROXY_TARGET is 'localhost'", "--target", "localhost")]
    [InlineData("--pacing is 'fast'", "--pacing", "fast")]
    [InlineData("'/no/such/folder' does not exist", "--cassettes", "/no/such/folder")]
    [InlineData("needs the http or https address", "--mode", "live")]
    [InlineData("cannot listen on 'here'", "--urls", "here")]
    public async Task A_wrong_setting_is_one_line_that_names_it(string part, params string[] args)
    {
        var error = new StringWriter();
        var root = new RemoteLlmCommand { new ReplayCommand(new EnvironmentSettings([])) };

        var code = await CommandLine.Run(root, ["replay", .. args], new InvocationConfiguration { Output = TextWriter.Null, Error = error });

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains(part, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, error.ToString().Count(c => c == '\n'));
    }

    [Fact]
    public async Task The_environment_sets_the_mode_and_the_command_line_wins()
    {
        var error = new StringWriter();
        var environment = new EnvironmentSettings([KeyValuePair.Create("LLM_PROXY_MODE", "nonsense")]);
        var root = new RemoteLlmCommand { new ReplayCommand(environment) };
        var configuration = new InvocationConfiguration { Output = TextWriter.Null, Error = error };

        Assert.Equal(ExitCodes.Usage, await CommandLine.Run(root, ["replay"], configuration));
        Assert.Contains("LLM_PROXY_MODE is 'nonsense'", error.ToString(), StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Usage, await CommandLine.Run(root, ["replay", "--mode", "live"], configuration));
        Assert.Contains("needs the http or https address", error.ToString(), StringComparison.Ordinal);
    }
}
