using System.CommandLine;
using System.Text.Json;
using RemoteLlm.Cli.Commands;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Testing;

namespace RemoteLlm.Cli.Tests.Commands;

public sealed class UsageCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public UsageCommandTests()
    {
        Directory.CreateDirectory(_folder["usage"]);
        Write("2025-10.jsonl", Line("2025-10-31T23:59:59Z", "alice", prompt: 1000));
        Write(
            "2025-11.jsonl",
            Line("2025-11-01T00:00:00Z", "alice", prompt: 100, cached: 40, completion: 10, cost: "0.25"),
            Line("2025-11-29T12:00:00Z", "alice", key: "phone", prompt: 1, error: "stream_interrupted", model: "qwen3"),
            Line("2025-11-30T09:00:00Z", "bob", prompt: 300, cost: "1", connector: "office", error: "client_gone"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task By_default_it_sums_up_this_month_by_user()
    {
        var (code, output, error) = await Run();

        Assert.Equal((ExitCodes.Ok, ""), (code, error));
        Assert.Equal(
            [
                "USER   REQUESTS  PROMPT  CACHED  COMPLETION  COST  ERRORS  STOPPED",
                "bob           1     300       0           0     1       0        1",
                "alice         2     101      40          10  0.25       1        0",
                "TOTAL         3     401      40          10  1.25       1        1",
                "",
            ],
            output.Split(Environment.NewLine));
    }

    [Theory]
    [InlineData("--by day", "day 2025-11-01:1 2025-11-29:1 2025-11-30:1")]
    [InlineData("--by Day", "day 2025-11-01:1 2025-11-29:1 2025-11-30:1")]
    [InlineData("--by model", "model llama3.2:2 qwen3:1")]
    [InlineData("--by connector", "connector office:1 home:2")]
    [InlineData("--by key", "user,key bob,laptop:1 alice,laptop:1 alice,phone:1")]
    [InlineData("--since 2025-10", "user alice:3 bob:1")]
    [InlineData("--since 2025-10 --until 2025-10", "user alice:1")]
    [InlineData("--since 2025-10-31 --until 2025-11-29", "user alice:3")]
    [InlineData("--since 1d", "user bob:1 alice:1")]
    [InlineData("--since 21h", "user bob:1")]
    [InlineData("--since 22h", "user bob:1 alice:1")]
    [InlineData("--since 2025-11-30T09:00Z", "user bob:1")]
    [InlineData("--until 2025-11-30T09:00Z", "user alice:2")]
    [InlineData("--user ALICE --by model", "model llama3.2:1 qwen3:1")]
    [InlineData("--user nobody", "user")]
    public async Task It_sums_up_what_was_asked_for(string arguments, string expected)
    {
        var (code, output, _) = await Run([.. arguments.Split(' '), "--format", "csv"]);

        Assert.Equal(ExitCodes.Ok, code);
        var rows = output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(',')).ToList();
        var names = rows[0].Length - 7;
        Assert.Equal("requests", rows[0][names]);
        var shown = rows.Skip(1).Select(row => $"{string.Join(',', row.Take(names))}:{row[names]}").Prepend(string.Join(',', rows[0].Take(names)));
        Assert.Equal(expected, string.Join(' ', shown));
    }

    [Fact]
    public async Task Json_has_the_names_of_the_files()
    {
        var (_, output, _) = await Run("--by", "key", "--format", "json");

        var row = JsonDocument.Parse(output).RootElement.EnumerateArray().Single(row => row.GetProperty("key").GetString() == "laptop" && row.GetProperty("user").GetString() == "alice");
        Assert.Equal((1, 100, 40, 10, 0.25m, 0), (Number("requests"), Number("prompt_tokens"), Number("cached_tokens"), Number("completion_tokens"), row.GetProperty("cost").GetDecimal(), Number("errors")));
        Assert.False(row.TryGetProperty("model", out _));
        long Number(string name) => row.GetProperty(name).GetInt64();
    }

    [Fact]
    public async Task A_key_is_one_row_under_its_last_name_and_another_of_its_old_name_is_another()
    {
        Write(
            "2025-11.jsonl",
            Line("2025-11-02T00:00:00Z", "alice", prompt: 50),
            Line("2025-11-02T00:00:00Z", "alice", prompt: 4, keyId: "key_1"),
            Line("2025-11-03T00:00:00Z", "alice", key: "desk", prompt: 3, keyId: "key_1"),
            Line("2025-11-03T00:00:00Z", "alice", prompt: 2, keyId: "key_2"));

        var (_, output, _) = await Run("--by", "key", "--format", "json");

        Assert.Equal(
            ["laptop  50", "desk key_1 7", "laptop key_2 2"],
            JsonDocument.Parse(output).RootElement.EnumerateArray().Select(row =>
                $"{row.GetProperty("key").GetString()} {(row.TryGetProperty("key_id", out var id) ? id.GetString() : "")} {row.GetProperty("prompt_tokens").GetInt64()}"));
    }

    [Fact]
    public async Task A_cell_of_csv_is_never_a_formula_and_never_two()
    {
        Write("2025-11.jsonl", Line("2025-11-30T09:00:00Z", "=cmd|' /C calc'!A0"), Line("2025-11-30T09:00:00Z", "a,\\\"b\\\"", prompt: 1), Line("2025-11-30T09:00:00Z", "two\\nlines", prompt: 2), Line("2025-11-30T09:00:00Z", "@sum", prompt: 3));

        var (_, output, _) = await Run("--format", "csv");

        Assert.Equal(
            "user,requests,prompt_tokens,cached_tokens,completion_tokens,cost,errors,stopped\r\n'@sum,1,3,0,0,0,0,0\r\n\"two\nlines\",1,2,0,0,0,0,0\r\n\"a,\"\"b\"\"\",1,1,0,0,0,0,0\r\n'=cmd|' /C calc'!A0,1,0,0,0,0,0,0\r\n",
            output);
    }

    [Fact]
    public async Task A_name_moves_no_cursor_and_makes_no_row()
    {
        Write("2025-11.jsonl", Line("2025-11-30T09:00:00Z", "bob", model: "\\u001b[2Jx\\n\\u202ey"));

        var (_, output, _) = await Run("--by", "model");

        Assert.Contains($"{Environment.NewLine}\ufffd[2Jx\ufffd\ufffdy ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_line_that_is_being_written_is_passed_over_and_a_broken_one_is_named()
    {
        var whole = Line("2025-11-30T09:00:00Z", "carol");
        Write("2025-11.jsonl", whole, "{\"id\":7}");
        await File.AppendAllTextAsync(_folder["usage/2025-11.jsonl"], whole[..^1], TestContext.Current.CancellationToken);

        var (code, output, error) = await Run("--format", "csv");

        Assert.Equal(ExitCodes.Ok, code);
        Assert.EndsWith("errors,stopped\r\ncarol,1,0,0,0,0,0,0\r\n", output, StringComparison.Ordinal);
        Assert.Contains("2025-11.jsonl, line 2 does not count", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--since", "yesterday")]
    [InlineData("--since", "7w")]
    [InlineData("--since", "2025-02-30")]
    [InlineData("--by", "colour")]
    [InlineData("--by", "3")]
    [InlineData("--format", "xml")]
    [InlineData("--until", "2025-10-01")]
    [InlineData("--since", "2025-12")]
    public async Task What_it_does_not_understand_it_says_in_a_line(string option, string value)
    {
        var (code, output, error) = await Run(option, value);

        Assert.Equal((ExitCodes.Usage, ""), (code, output));
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains(option, error, StringComparison.Ordinal);
        // Only what was said is complained about.
        Assert.Equal(option == "--until", error.Contains("--until", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_ledger_it_says_where_it_looked()
    {
        Directory.Delete(_folder["usage"], recursive: true);

        var (code, _, error) = await Run();

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("--data", error, StringComparison.Ordinal);
    }

    private static string Line(
        string time, string user, string key = "laptop", string model = "llama3.2", string connector = "home", long prompt = 0, long cached = 0, long completion = 0, string? cost = null, string? error = null, string? keyId = null)
    {
        var id = Guid.CreateVersion7(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture));
        return $$"""{"id":"req_{{id:N}}","time":"{{time}}","user":"{{user}}","key":"{{key}}",{{(keyId is null ? "" : $"\"key_id\":\"{keyId}\",")}}"connector":"{{connector}}","operation":"chat","model":"{{model}}","later":[{}],"status":200,{{(error is null ? "" : $"\"error\":\"{error}\",")}}"prompt_tokens":{{prompt}},"cached_tokens":{{cached}},"completion_tokens":{{completion}},{{(cost is null ? "" : $"\"cost\":{cost},")}}"duration_ms":5}""";
    }

    private void Write(string name, params string[] lines) => _folder.Write(Path.Combine("usage", name), string.Concat(lines.Select(line => line + "\n")));

    private async Task<(int Code, string Output, string Error)> Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new EnvironmentSettings([]);
        var code = await CommandLine.Run(new RemoteLlmCommand { new UsageCommand(environment, _time) }, ["usage", "--data", _folder.Path, .. args], new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
