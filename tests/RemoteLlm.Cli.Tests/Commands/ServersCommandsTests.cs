using System.CommandLine;
using System.Text.Json;
using RemoteLlm.Cli.Commands;
using RemoteLlm.Cli.Running;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Cli.Tests.Commands;

public sealed class ServersCommandsTests : IAsyncDisposable
{
    private static readonly Terminal s_script = new(false, () => null);

    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedLlmServer _llm = new(exchange => exchange.Request.Method == "POST"
        ? LlmScripts.Stream("one", "two")(exchange)
        : exchange.SendJson("{}", 404)) { Models = ["llama3", "qwen3"] };

    private string Url => _llm.Url.ToString().TrimEnd('/');

    public async ValueTask DisposeAsync()
    {
        await _llm.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Add_TellsWhatItFound_AndWritesWhatWasSaid()
    {
        var (code, output, error) = await Run(
            "servers", "add", "gpu", Url + "/v1/", "--kind", "generic", "--priority", "-2", "--max-concurrent", "3", "--alias", "big=llama3", "--alias", "small=none", "--model", "llama*", "--model", "none",
            "--header", "X-Title=my=box");

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains($"generic at {Url}, 1 of 2 models", output, StringComparison.Ordinal);
        Assert.Contains("llama3", output, StringComparison.Ordinal);
        Assert.DoesNotContain("qwen3", output, StringComparison.Ordinal);
        Assert.Contains("Added the server gpu.", error, StringComparison.Ordinal);
        Assert.Contains("does not list none, which small is to mean", error, StringComparison.Ordinal);
        var entry = Assert.Single(Servers());
        Assert.Equal(("gpu", ServerKind.Generic, Url, -2, 3), (entry.Name, entry.Kind, entry.Address.ToString(), entry.Priority, entry.MaxConcurrent));
        Assert.Equal(("llama3", "my=box"), (entry.Aliases["big"], entry.Headers["X-Title"]));
        Assert.Equal(["llama*", "none"], entry.Models);
    }

    [Fact]
    public async Task Add_WritesTheKindThatWasFound()
    {
        await using var ollama = new ScriptedLlmServer(exchange => exchange.Request.Path switch
        {
            "/v1/models" => exchange.SendJson("""{"object":"list","data":[{"id":"llama3:latest","object":"model","owned_by":"library"}]}"""),
            "/api/version" => exchange.SendJson("""{"version":"0.9.0"}"""),
            "/api/tags" => exchange.SendJson("""{"models":[{"name":"llama3:latest","model":"llama3:latest"}]}"""),
            _ => exchange.SendJson("{}", 404),
        }) { Models = null };

        var (_, output, _) = await Run("servers", "add", "box", ollama.Url.ToString());

        Assert.Contains("ollama 0.9.0 at http://127.0.0.1", output, StringComparison.Ordinal);
        Assert.Equal(ServerKind.Ollama, Assert.Single(Servers()).Kind);
    }

    [Fact]
    public async Task Add_ADeadOne_NeedsAYes()
    {
        _llm.Refuse();

        var (code, output, error) = await Run("servers", "add", "gpu", Url);
        Assert.Equal((ExitCodes.Failed, ""), (code, output));
        Assert.Contains("--yes", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));

        Assert.Equal(ExitCodes.Failed, (await Run(new Terminal(true, () => "n"), "servers", "add", "gpu", Url)).Code);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));

        Assert.Equal(ExitCodes.Ok, (await Run(new Terminal(true, () => "y"), "servers", "add", "asked", Url)).Code);
        Assert.Equal(ExitCodes.Ok, (await Run("servers", "add", "told", Url, "--yes")).Code);
        Assert.Equal(["asked", "told"], Servers().Select(server => server.Name));
    }

    [Theory]
    [InlineData(ExitCodes.Failed, "already", "servers", "add", "TAKEN", "http://127.0.0.1:1", "--yes")]
    [InlineData(ExitCodes.Failed, "no server nothing", "servers", "remove", "nothing")]
    [InlineData(ExitCodes.Failed, "no server nothing", "servers", "test", "nothing")]
    [InlineData(ExitCodes.Usage, "letters, digits", "servers", "add", "a b", "http://a:1", "--yes")]
    [InlineData(ExitCodes.Usage, "http://", "servers", "add", "a", "localhost:11434", "--yes")]
    [InlineData(ExitCodes.Usage, "--kind is one of ollama", "servers", "add", "a", "http://a:1", "--kind", "olama")]
    [InlineData(ExitCodes.Usage, "expected A=M", "servers", "add", "a", "http://a:1", "--alias", "big")]
    [InlineData(ExitCodes.Usage, "given twice", "servers", "add", "a", "http://a:1", "--alias", "a=b", "--alias", "a=c")]
    [InlineData(ExitCodes.Usage, "api_key_env", "servers", "add", "a", "http://a:1", "--header", "Authorization=Bearer x")]
    [InlineData(ExitCodes.Usage, "never the key itself", "servers", "add", "a", "http://a:1", "--api-key-env", "sk-hunter2")]
    [InlineData(ExitCodes.Usage, "from -1000 to 1000", "servers", "add", "a", "http://a:1", "--priority", "2000")]
    [InlineData(ExitCodes.Usage, "expected table or json", "servers", "list", "--format", "xml")]
    public async Task Refusals_AreOneLineAndAnExitCode(int exitCode, string words, params string[] args)
    {
        _folder.Write("servers.json", """{"servers": [{"name": "taken", "url": "http://127.0.0.1:1"}]}""");

        var (code, output, error) = await Run(args);

        Assert.Equal((exitCode, ""), (code, output));
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.Contains(words, error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("add", "a", "http://a:1", "--yes")]
    [InlineData("remove", "a")]
    [InlineData("list")]
    [InlineData("detect", "--add")]
    [InlineData("test", "a")]
    public async Task ABrokenFile_IsNamedWithItsPlaceAndLeftAlone(params string[] args)
    {
        const string Broken = "{\"servers\": [\n  {\"name\": \"a\"}\n]}";
        _folder.Write("servers.json", Broken);

        var (code, output, error) = await Run(["servers", .. args]);

        Assert.Equal((ExitCodes.Usage, ""), (code, output));
        Assert.Contains("servers.json:2:3", error, StringComparison.Ordinal);
        Assert.Equal(Broken, await File.ReadAllTextAsync(_folder["servers.json"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Remove_KeepsTheRestOfTheFile()
    {
        _folder.Write("servers.json", "{\"servers\": [\n  // mine\n  {\"name\": \"a\", \"url\": \"http://a:1\"},\n  {\"name\": \"b\", \"url\": \"http://b:1\"} // hers\n]}");

        var (code, _, error) = await Run("servers", "remove", "A");

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains("Removed the server a.", error, StringComparison.Ordinal);
        Assert.Equal("{\"servers\": [\n  // mine\n  {\"name\": \"b\", \"url\": \"http://b:1\"} // hers\n]}", await File.ReadAllTextAsync(_folder["servers.json"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task List_ShowsEachServerAndHowItIs()
    {
        await Run("servers", "add", "gpu", Url, "--kind", "generic");
        await Run("servers", "add", "gone", "http://127.0.0.1:1", "--yes");

        var (code, table, error) = await Run("servers", "list");
        Assert.Equal(ExitCodes.Ok, code);
        var lines = table.Split(Environment.NewLine);
        Assert.Matches(@"^NAME\s+KIND\s+URL\s+HEALTH\s+MODELS\s+LOAD\s+LATENCY$", lines[0]);
        Assert.Matches($@"^gpu\s+generic\s+{Url}\s+up\s+2\s+-\s+\d+ ms$", lines[1]);
        Assert.Matches(@"^gone\s+-\s+http://127.0.0.1:1\s+down\s+-\s+-\s+-$", lines[2]);
        Assert.StartsWith("gone: http://127.0.0.1:1 cannot be reached", error, StringComparison.Ordinal);

        var (_, json, _) = await Run("servers", "list", "--format", "json");
        var rows = JsonDocument.Parse(json).RootElement;
        Assert.Equal(("gpu", true, 2), (rows[0].GetProperty("name").GetString(), rows[0].GetProperty("healthy").GetBoolean(), rows[0].GetProperty("models").GetInt32()));
        Assert.False(rows[1].GetProperty("healthy").GetBoolean());
        Assert.Contains("cannot be reached", rows[1].GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_TakesLoadAndHealthFromARunningConnector()
    {
        await Run("servers", "add", "gpu", Url);
        var live = new LiveServers([new LiveServer("gpu", 3, 2, 4, 120.4, Healthy: false, "its circuit is open")]);

        var (output, error) = (new StringWriter(), new StringWriter());
        var command = new ServersListCommand(Settings(), TimeProvider.System, (_, _) => Task.FromResult<LiveServers?>(live));
        await CommandLine.Run(new RemoteLlmCommand { command }, ["list"], new InvocationConfiguration { Output = output, Error = error });

        Assert.Matches(@"gpu\s+\S+\s+\S+\s+down\s+2\s+3/4 \+2\s+120 ms", output.ToString());
        Assert.Contains("gpu: its circuit is open", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WithoutAFile_SaysHowToBegin_AndMakesNone()
    {
        var (code, _, error) = await Run("servers", "list");

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains("servers detect", error, StringComparison.Ordinal);
        Assert.Equal("[]", (await Run("servers", "list", "--format", "json")).Output.TrimEnd());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Detect_SaysWhatIsThere_AndAddsItOnce()
    {
        var expected = $"{Url}, 2 models{Environment.NewLine}  ";
        var (code, output, _) = await Detect();
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains(expected + "remotellm servers add local " + Url, output, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["servers.json"]));

        Assert.Contains("Added the server local.", (await Detect("--add")).Output, StringComparison.Ordinal);
        Assert.Contains("is in servers.json as local", (await Detect("--add")).Output, StringComparison.Ordinal);
        Assert.Equal(Url, Assert.Single(Servers()).Address.ToString());

        _llm.Refuse();
        Assert.Equal(ExitCodes.Failed, (await Detect()).Code);
    }

    [Fact]
    public async Task Test_PrintsTheFiguresInOneLine_OrTheFailure()
    {
        await Run("servers", "add", "gpu", Url, "--alias", "big=qwen3");

        var (code, output, error) = await Run("servers", "test", "gpu", "--model", "big");
        Assert.Equal((ExitCodes.Ok, ""), (code, error));
        Assert.Matches(@"^gpu: chat with qwen3 in \d+ ms, first token after \d+ ms, 3 tokens(, [\d.]+ tokens/s)?$", output.TrimEnd());

        _llm.Refuse();
        (code, output, error) = await Run("servers", "test", "gpu");
        Assert.Equal((ExitCodes.Failed, ""), (code, output));
        Assert.Contains("gpu failed: http://127.0.0.1", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    private IReadOnlyList<ServerEntry> Servers() => ServersJson.Parse(File.ReadAllText(_folder["servers.json"]), _folder.Path).Content!.Servers;

    private EnvironmentSettings Settings() => new([new("REMOTELLM_DATA", _folder.Path), new("REMOTELLM_NAME", "root"), new("REMOTELLM_KIND", "vllm"), new("REMOTELLM_MODEL", "other")]);

    private Task<(int Code, string Output, string Error)> Run(params string[] args) => Run(s_script, args);

    private Task<(int Code, string Output, string Error)> Run(Terminal terminal, params string[] args) =>
        Run(new RemoteLlmCommand { new ServersCommand(Settings(), TimeProvider.System, terminal) }, args);

    private Task<(int Code, string Output, string Error)> Detect(params string[] args) =>
        Run(new RemoteLlmCommand { new ServersDetectCommand(Settings(), TimeProvider.System, [1, _llm.Port]) }, ["detect", .. args]);

    private static async Task<(int Code, string Output, string Error)> Run(RootCommand root, string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.Run(root, args, new InvocationConfiguration { Output = output, Error = error }).OrHang();
        return (code, output.ToString(), error.ToString());
    }
}
