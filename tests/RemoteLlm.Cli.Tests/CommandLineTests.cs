using System.CommandLine;
using RemoteLlm.Cli.Commands;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Tests;

public sealed class CommandLineTests
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task Help_OfTheRoot_ListsCommandsAndExitCodes()
    {
        Assert.Equal(ExitCodes.Ok, await Run(["--help"], new FailingCommand(() => null)));
        Assert.Contains("try", _out.ToString(), StringComparison.Ordinal);
        foreach (var (code, meaning) in ExitCodes.All) Assert.Contains($"{code}  {meaning}", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoArguments_ShowTheHelp()
    {
        Assert.Equal(ExitCodes.Ok, await Run([]));
        Assert.Contains("Usage:", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_PrintsTheVersionAlone()
    {
        Assert.Equal(ExitCodes.Ok, await Run(["--version"]));
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", _out.ToString().ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("try", "--nonsense")]
    public async Task UnknownWord_IsOneLineThatNamesTheHelp(params string[] args)
    {
        Assert.Equal(ExitCodes.Usage, await Run(args, new FailingCommand(() => null)));
        Assert.Empty(_out.ToString());
        Assert.Equal(1, _error.ToString().Count(c => c == '\n'));
        Assert.Contains($"See 'remotellm{(args.Length > 1 ? " try" : "")} --help'", _error.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, int> Faults => new()
    {
        { nameof(CommandException), ExitCodes.Failed },
        { nameof(CommandException.Usage), ExitCodes.Usage },
        { nameof(IOException), ExitCodes.Failed },
        { nameof(OperationCanceledException), ExitCodes.Cancelled },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task ExpectedFault_IsOneLineAndAnExitCode(string kind, int exitCode)
    {
        var code = await Run(["try"], new FailingCommand(() => kind switch
        {
            nameof(CommandException) => new CommandException("The door is locked.\nUse the key."),
            nameof(CommandException.Usage) => CommandException.Usage("There is no such door. Use the other."),
            nameof(IOException) => new IOException("Disk full."),
            _ => new OperationCanceledException(),
        }));

        Assert.Equal(exitCode, code);
        Assert.StartsWith("remotellm: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, _error.ToString().Count(c => c == '\n'));
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defect_KeepsItsStackTrace() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Run(["try"], new FailingCommand(() => new InvalidOperationException("bug"))));

    [Fact]
    public async Task ArgumentThatBeginsWithAt_IsNoResponseFile()
    {
        Assert.Equal(ExitCodes.Usage, await Run(["@alice"]));
        Assert.Contains("@alice", _error.ToString(), StringComparison.Ordinal);
    }

    private Task<int> Run(string[] args, params Command[] commands)
    {
        var root = new RemoteLlmCommand();
        foreach (var command in commands) root.Add(command);
        return CommandLine.Run(root, args, new InvocationConfiguration { Output = _out, Error = _error });
    }

    private sealed class FailingCommand : Command
    {
        public FailingCommand(Func<Exception?> fault)
            : base("try", "Fails in the given way.") =>
            SetAction((_, _) => fault() is { } exception ? Task.FromException<int>(exception) : Task.FromResult(ExitCodes.Ok));
    }
}
