using System.CommandLine;
using RemoteLlm.Cli.Commands;
using RemoteLlm.Cli.Options;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Tests.Options;

public sealed class TimeOptionsTests
{
    private static readonly TimeSpan s_default = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(null, null, 60)]
    [InlineData(null, "0", 0)]
    [InlineData("3600", "0", 3600)]
    [InlineData("1.5", null, 1.5)]
    public void ResumeWindow_ComesFromTheCommandLineThenTheEnvironment(string? argument, string? variable, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Parse(argument, variable, out var option).GetValue(option));

    [Theory]
    [InlineData("3600.5", null, "--resume-window is '3600.5': expected 3600 at most.")]
    [InlineData(null, "2000000", "REMOTELLM_RESUME_WINDOW is '2000000': expected 3600 at most.")]
    [InlineData("-1", null, "--resume-window is '-1'")]
    public void ResumeWindow_BeyondAnHourOrBelowZero_IsRefusedByName(string? argument, string? variable, string complaint) =>
        Assert.Contains(complaint, Assert.Single(Parse(argument, variable, out _).Errors).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("broker")]
    [InlineData("connector")]
    public void ResumeWindow_IsAnOptionOfBothHalves(string half)
    {
        var environment = new EnvironmentSettings([]);
        Command command = half == "broker" ? new BrokerCommand(environment) : new ConnectorCommand(environment, TimeProvider.System);
        var option = Assert.Single(command.Options, option => option.Name == "--resume-window");
        Assert.Equal(s_default, command.Parse([]).GetValue((Option<TimeSpan?>)option));
    }

    private static ParseResult Parse(string? argument, string? variable, out Option<TimeSpan?> option)
    {
        var environment = new EnvironmentSettings([new("REMOTELLM_RESUME_WINDOW", variable ?? "")]);
        option = environment.ResumeWindow(s_default);
        return new Command("x") { option }.Parse(argument is null ? [] : ["--resume-window", argument]);
    }
}
