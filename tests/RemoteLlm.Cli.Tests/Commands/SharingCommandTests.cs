using System.CommandLine;
using RemoteLlm.Cli.Commands;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Testing;

namespace RemoteLlm.Cli.Tests.Commands;

public sealed class SharingCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pause_and_resume_say_what_they_did()
    {
        Assert.Equal((ExitCodes.Ok, "Sharing is paused: a running connector refuses new requests from now on and finishes what runs."), await Run("pause"));
        Assert.EndsWith("\npaused: true\n", Text, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Ok, "Sharing is paused already."), await Run("pause"));
        Assert.Equal((ExitCodes.Ok, "Sharing is resumed."), await Run("resume"));
        Assert.EndsWith("\npaused: false\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_a_mistake_is_refused_with_its_place()
    {
        _folder.Write("access.yaml", "hours: always\n");

        var (code, error) = await Run("pause");

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains("access.yaml:1:8: hours must be a list", error, StringComparison.Ordinal);
        Assert.Equal("hours: always\n", Text);
    }

    private string Text => File.ReadAllText(Path.Combine(_folder.Path, "access.yaml"));

    private async Task<(int Code, string Error)> Run(string command)
    {
        using var error = new StringWriter();
        using var output = new StringWriter();
        var environment = new EnvironmentSettings([]);
        var root = new RemoteLlmCommand { SharingCommand.Pause(environment, TimeProvider.System), SharingCommand.Resume(environment, TimeProvider.System) };
        var code = await CommandLine.Run(root, [command, "--data", _folder.Path], new InvocationConfiguration { Output = output, Error = error }).OrHang();
        return (code, error.ToString().Trim());
    }
}
