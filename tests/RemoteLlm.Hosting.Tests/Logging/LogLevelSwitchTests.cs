using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Logging;

namespace RemoteLlm.Hosting.Tests.Logging;

public sealed class LogLevelSwitchTests
{
    [Theory]
    [InlineData("Trace", LogLevel.Trace)]
    [InlineData("verbose", LogLevel.Trace)]
    [InlineData("DEBUG", LogLevel.Debug)]
    [InlineData(" information ", LogLevel.Information)]
    [InlineData("Warning", LogLevel.Warning)]
    [InlineData("error", LogLevel.Error)]
    [InlineData("Critical", LogLevel.Critical)]
    [InlineData("fatal", LogLevel.Critical)]
    [InlineData("None", LogLevel.None)]
    public void TryParse_NamesOfBothFamilies(string name, LogLevel level)
    {
        Assert.True(LogLevelSwitch.TryParse(name, out var parsed));
        Assert.Equal(level, parsed);
    }

    [Theory]
    [InlineData("loud")]
    [InlineData("3")]
    [InlineData("")]
    public void TryParse_AnythingElse_IsRefused(string name) => Assert.False(LogLevelSwitch.TryParse(name, out _));

    [Theory]
    [InlineData(LogLevel.Trace)]
    [InlineData(LogLevel.Debug)]
    [InlineData(LogLevel.Critical)]
    [InlineData(LogLevel.None)]
    public void Level_ReadsBackWhatWasSet(LogLevel level) => Assert.Equal(level, new LogLevelSwitch(level).Level);

    [Fact]
    public void Options_FromABadLevel_SayTheVariableAndTheNames()
    {
        var environment = new EnvironmentSettings([KeyValuePair.Create("REMOTELLM_LOG_LEVEL", "loud")]);
        var fault = Assert.Throws<SettingException>(() => ConsoleLogOptions.From(environment));
        Assert.Equal("REMOTELLM_LOG_LEVEL is 'loud'; use one of Trace, Debug, Information, Warning, Error, Critical, None.", fault.Message);
    }

    [Fact]
    public void Options_FromNothing_AreInformation() =>
        Assert.Equal(LogLevel.Information, ConsoleLogOptions.From(new EnvironmentSettings([])).Level);
}
