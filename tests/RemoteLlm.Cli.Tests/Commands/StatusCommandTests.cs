using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RemoteLlm.Cli.Commands;
using RemoteLlm.Connector.Status;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Cli.Tests.Commands;

/// <summary>The command with a management port that says what the test wants.</summary>
public sealed class StatusCommandTests : IDisposable
{
    private static readonly StatusRow s_row = new()
    {
        Server = "box",
        Model = "llama3:8b",
        Requests = 8,
        Errors = 1,
        ErrorsByCode = new Dictionary<string, long> { ["stream_interrupted"] = 1 },
        Failures = new Dictionary<string, long> { ["unreachable"] = 3 },
        PromptTokens = 1234,
        CachedTokens = 200,
        CompletionTokens = 56,
        Latency = new StatusQuantiles(1.5, 20, 120),
        FirstToken = new StatusQuantiles(0.0123, 0.5, 0.75),
    };

    private static readonly StatusReport s_report = new()
    {
        Version = "0.1.0",
        Pid = 4711,
        Started = new DateTimeOffset(2025, 11, 30, 10, 0, 0, TimeSpan.Zero),
        Uptime = 11_550,
        Link = new LinkStanding("https://llm.example.org/", true) { ConnectorId = "home", Channels = 2 },
        Active = 3,
        Waiting = 2,
        Servers =
        [
            new ServerStanding("box", "ollama", "http://127.0.0.1:11434") { Healthy = true, Models = 12, Running = 1, Slots = 4, Waiting = 3, Latency = 0.35, Queue = [new QueueStanding("bob", "interactive", 2, 1) { Wait = 12.5 }, new QueueStanding("", "batch", 1, 3)] },
            new ServerStanding("cloud", "openrouter", "https://openrouter.ai/api") { Problem = "Its key is refused." },
        ],
        Total = s_row with { Server = null, Model = null, Cost = 0.0123m },
        Rows = [s_row, s_row with { Server = "cloud", Model = "m", Cost = 0.0123m, ErrorsByCode = new Dictionary<string, long>(), Failures = new Dictionary<string, long>(), Latency = null, FirstToken = null }],
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Table_shows_who_it_is_its_servers_and_the_figures()
    {
        await using var management = Management(s_report);
        WriteRunFile(4711, management.Url);

        var (code, output, error) = await Run("status");

        Assert.Equal((ExitCodes.Ok, ""), (code, error));
        Assert.Equal(
            $"""
            Connector home, version 0.1.0, process 4711, up for 3 h 12 min, management on {management.Url}
            Broker https://llm.example.org/: up, 2 channels
            Requests now: 3, of which 2 wait

            SERVER  KIND        URL                        HEALTH  MODELS  LOAD    LATENCY
            box     ollama      http://127.0.0.1:11434     up      12      1/4 +3  350 ms
            cloud   openrouter  https://openrouter.ai/api  down    0       0       -
            cloud: Its key is refused.

            SERVER  USER  CLASS        WAITING  FIRST  IN ABOUT
            box     bob   interactive  2        1      12.50 s
            box     -     batch        1        3      -

            SERVER  MODEL      REQUESTS  ERRORS  PROMPT  CACHED  ANSWER  COST     P50     P95      P99    FIRST P50  FIRST P95  FIRST P99
            box     llama3:8b  8         12.5%   1234    200     56      -        1.50 s  20.00 s  120 s  12.3 ms    500 ms     750 ms
            cloud   m          8         12.5%   1234    200     56      $0.0123  -       -        -      -          -          -
            total              8         12.5%   1234    200     56      $0.0123  1.50 s  20.00 s  120 s  12.3 ms    500 ms     750 ms

            SERVER  MODEL      TROUBLE                   COUNT
            box     llama3:8b  failure unreachable       3
            box     llama3:8b  error stream_interrupted  1

            """.ReplaceLineEndings(),
            output);
    }

    [Theory]
    [InlineData("open", null, null, "Sharing: open")]
    [InlineData("paused", "users alice", null, "Sharing: paused; users alice")]
    [InlineData("closed", "hours 08:00-20:00", "access.yaml:1:1: wrong", "The last good access.yaml is in force: access.yaml:1:1: wrong")]
    public async Task Sharing_is_shown_in_a_line(string state, string? narrowed, string? problem, string line)
    {
        await using var management = Management(s_report with { Sharing = new SharingReport(state) { Narrowed = narrowed, Problem = problem } });
        WriteRunFile(4711, management.Url);

        var (_, output, _) = await Run("status");

        Assert.Contains(line, output.Split(Environment.NewLine));
    }

    [Fact]
    public async Task Json_is_the_report_itself()
    {
        await using var management = Management(s_report);

        var (code, output, _) = await Run("status", "--management", management.Url.ToString(), "--format", "json");

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal(JsonSerializer.Serialize(s_report, StatusJson.Options) + Environment.NewLine, output);
        Assert.Equal(0.0123m, JsonDocument.Parse(output).RootElement.GetProperty("total").GetProperty("cost").GetDecimal());
    }

    [Fact]
    public async Task A_connector_without_a_broker_and_without_requests_has_dashes()
    {
        await using var management = Management(s_report with { Link = null, Servers = [], Rows = [], Total = new StatusRow(), Uptime = 59, EventsDropped = 7 });
        WriteRunFile(4711, management.Url);

        var (code, output, _) = await Run("status");

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains("Connector -, version 0.1.0, process 4711, up for 59 s", output, StringComparison.Ordinal);
        Assert.Contains("No broker", output, StringComparison.Ordinal);
        Assert.Contains("7 events were missed", output, StringComparison.Ordinal);
        Assert.Matches(@"total +0 +- +0 +0 +0 +- +- +- +- +- +- +-", output);
    }

    [Fact]
    public async Task Without_a_run_file_it_says_how_to_start_one()
    {
        await Fails("\"remotellm connector\"", "status");
        await Fails("--data", "status");
    }

    [Fact]
    public async Task A_run_file_that_was_left_behind_is_told_from_a_connector_that_runs()
    {
        await using (var management = Management(s_report))
        {
            WriteRunFile(1234, management.Url);
            await Fails("process 1234) does not run any more", "status");
            WriteRunFile(4711, management.Url);
            Assert.Equal(ExitCodes.Ok, (await Run("status")).Code);
        }

        await Fails("does not answer", "status");
    }

    [Theory]
    [InlineData("no JSON", "is no connector's management port")]
    [InlineData("null", "is no connector's management port")]
    [InlineData("{}", "is no connector's management port")]
    public async Task What_is_no_management_port_is_said_to_be_none(string body, string words)
    {
        await using var other = new ScriptedLlmServer(exchange => exchange.SendJson(body));

        await Fails(words, "status", "--management", other.Url.ToString());
    }

    [Fact]
    public async Task A_port_that_has_no_status_is_named_with_its_answer()
    {
        await using var other = new ScriptedLlmServer(exchange => exchange.SendJson("{}", 404));

        await Fails("answers 404", "status", "--management", other.Url.ToString());
    }

    private static ScriptedLlmServer Management(StatusReport report) => new(exchange => exchange.SendJson(JsonSerializer.Serialize(report, StatusJson.Options)));

    private void WriteRunFile(int pid, Uri management) => _folder.Write(
        RunFile.Name, string.Create(CultureInfo.InvariantCulture, $$"""{"pid":{{pid}},"management":"{{management}}","started":"2025-11-30T10:00:00+00:00","version":"0.1.0"}"""));

    private async Task Fails(string words, params string[] args)
    {
        var (code, output, error) = await Run(args);
        Assert.Equal((ExitCodes.Failed, ""), (code, output));
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var root = new RemoteLlmCommand { new StatusCommand(new EnvironmentSettings([new("REMOTELLM_DATA", _folder.Path)])) };
        var code = await CommandLine.Run(root, args, new InvocationConfiguration { Output = output, Error = error }).OrHang();
        return (code, output.ToString(), error.ToString());
    }
}
