using System.CommandLine;
using RemoteLlm.Cli.Commands;
using RemoteLlm.Cli.Options;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Tests.Options;

public sealed class SettingOptionsTests
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private SampleCommand? _command;

    [Fact]
    public async Task Default_WhereNothingIsSaid()
    {
        await Run([], []);
        Assert.Equal(("./data", 5, false, null), _command!.Seen);
    }

    [Fact]
    public async Task Environment_WinsOverTheDefault()
    {
        await Run([], [("REMOTELLM_DATA", "/srv/x"), ("REMOTELLM_MOST_TRIES", "7"), ("REMOTELLM_NO_AUTH", "1"), ("REMOTELLM_BROKER", "https://b.example")]);
        Assert.Equal(("/srv/x", 7, true, new Uri("https://b.example")), _command!.Seen);
    }

    [Fact]
    public async Task CommandLine_WinsOverTheEnvironment()
    {
        await Run(["--data", "here", "--most-tries", "9", "--no-auth", "false"], [("REMOTELLM_DATA", "/srv/x"), ("REMOTELLM_MOST_TRIES", "x"), ("REMOTELLM_NO_AUTH", "1")]);
        Assert.Equal(("here", 9, false, null), _command!.Seen);
    }

    [Fact]
    public async Task Flag_ByItself_IsTrue()
    {
        await Run(["--no-auth"], []);
        Assert.True(_command!.Seen.NoAuth);
    }

    [Fact]
    public async Task BlankVariable_SaysNothing()
    {
        await Run([], [("REMOTELLM_DATA", " ")]);
        Assert.Equal("./data", _command!.Seen.Data);
    }

    [Theory]
    [InlineData("--most-tries", "many", "--most-tries is 'many'")]
    [InlineData("--most-tries", "-1", "--most-tries is '-1'")]
    [InlineData("--most-tries", "99999999999", "--most-tries is '99999999999'")]
    [InlineData("--broker", "llm.example.org", "expected an address such as https://llm.example.org")]
    [InlineData("--broker", "ftp://llm.example.org", "expected an address")]
    public async Task BadValue_OnTheCommandLine_IsAUsageErrorThatNamesTheOption(string option, string value, string complaint)
    {
        Assert.Equal(ExitCodes.Usage, await Run([option, value], []));
        Assert.Contains(complaint, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadValue_InTheEnvironment_NamesTheVariable()
    {
        Assert.Equal(ExitCodes.Usage, await Run([], [("REMOTELLM_NO_AUTH", "perhaps")]));
        Assert.Contains("REMOTELLM_NO_AUTH is 'perhaps': expected true or false.", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_NamesTheVariableAndTheDefault()
    {
        await Run(["--help"], [("REMOTELLM_NO_AUTH", "perhaps")]);
        var help = _out.ToString();
        Assert.Contains("REMOTELLM_MOST_TRIES", help, StringComparison.Ordinal);
        Assert.Contains("[default: ./data]", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Need_WithNoSource_SaysBothWaysToGiveIt()
    {
        var option = new EnvironmentSettings([]).Text("--token-file", "File with the token.");
        var line = new Command("x") { option }.Parse([]);
        var fault = Assert.Throws<CommandException>(() => line.Need(option));
        Assert.Equal(ExitCodes.Usage, fault.ExitCode);
        Assert.Equal("Say --token-file, or set REMOTELLM_TOKEN_FILE in the environment or in .env.", fault.Message);
    }

    private Task<int> Run(string[] args, (string Name, string Value)[] environment)
    {
        _command = new SampleCommand(new EnvironmentSettings(environment.Select(variable => KeyValuePair.Create(variable.Name, variable.Value))));
        return CommandLine.Run(new RemoteLlmCommand { _command }, ["sample", .. args], new InvocationConfiguration { Output = _out, Error = _error });
    }

    private sealed class SampleCommand : Command
    {
        public SampleCommand(EnvironmentSettings environment)
            : base("sample", "Shows what it was told.")
        {
            var data = environment.Data();
            var tries = environment.Number("--most-tries", "Tries at most.", fallback: 5);
            var noAuth = environment.Flag("--no-auth", "Asks for no key.");
            var broker = environment.Address("--broker", "The broker.");
            Add(data);
            Add(tries);
            Add(noAuth);
            Add(broker);
            SetAction(line =>
            {
                Seen = (line.Need(data), line.GetValue(tries), line.GetValue(noAuth), line.GetValue(broker));
                return ExitCodes.Ok;
            });
        }

        public (string Data, int? Tries, bool NoAuth, Uri? Broker) Seen { get; private set; }
    }
}
