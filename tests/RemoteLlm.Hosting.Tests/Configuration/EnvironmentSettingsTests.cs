using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Configuration;

public sealed class EnvironmentSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Load_NoFile_HasTheEnvironment() =>
        Assert.Equal(Environment.GetEnvironmentVariable("PATH")!.Trim(), EnvironmentSettings.Load(_folder.Path)["PATH"]);

    [Fact]
    public void Load_KnowsWhereEachValueCameFrom()
    {
        _folder.Write(".env", "REMOTELLM_TEST_ONLY=from file\nPATH=/nowhere\nREMOTELLM_BLANK=\n");

        var settings = EnvironmentSettings.Load(_folder.Path);

        Assert.Equal(SettingSource.DotEnv, settings.SourceOf("REMOTELLM_TEST_ONLY"));
        Assert.Equal(SettingSource.Environment, settings.SourceOf("PATH"));
        Assert.Null(settings.SourceOf("REMOTELLM_BLANK"));
        Assert.Null(settings.SourceOf("REMOTELLM_NOWHERE"));
    }

    [Fact]
    public void Load_File_FillsWhatTheEnvironmentLeavesUnset_AndChangesNothingOfIt()
    {
        _folder.Write(".env", "# a comment\nREMOTELLM_TEST_ONLY=from file\nREMOTELLM_QUOTED=\"with = sign\"\nPATH=/nowhere\nREMOTELLM_BLANK=\n");

        var settings = EnvironmentSettings.Load(_folder.Path);

        Assert.Equal("from file", settings["REMOTELLM_TEST_ONLY"]);
        Assert.Equal("with = sign", settings["REMOTELLM_QUOTED"]);
        Assert.Null(settings["REMOTELLM_BLANK"]);
        Assert.NotEqual("/nowhere", settings["PATH"]);
        Assert.Null(Environment.GetEnvironmentVariable("REMOTELLM_TEST_ONLY"));
    }

    public void Dispose() => _folder.Dispose();
}
