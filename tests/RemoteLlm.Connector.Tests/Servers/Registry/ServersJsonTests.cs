using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Tests.Servers.Registry;

public sealed class ServersJsonTests
{
    private static readonly string s_folder = Path.GetTempPath();

    [Fact]
    public void Every_member_is_read()
    {
        var entry = Assert.Single(Good("""
            // what we have
            {
              "servers": [
                {
                  "name": "router", "kind": "OpenRouter", "url": "https://openrouter.ai/api/v1/", /* no key here */
                  "api_key_env": "OPENROUTER_API_KEY",
                  "headers": {"HTTP-Referer": "https://example.org", "X-Title": "box"},
                  "body": {"provider": {"sort": "price"}, "n": 1},
                  "defaults": {"temperature": 0.7, "top_k": 40, "stop": ["a", "b"], "seed": -1},
                  "timeouts": {"connect": 1.5, "first_byte": 60, "idle": 0, "queue": 30},
                  "pool": {"max_connections": 7, "idle_seconds": 5},
                  "retries": 1, "requests_per_minute": 20, "tokens_per_minute": 5000000000, "max_concurrent": 0, "queue_limit": 9,
                  "priority": -3, "overflow": false,
                  "models": ["anthropic/*"], "aliases": {"big": "anthropic/claude-x"},
                  "context_lengths": {"anthropic/*": 200000},
                  "prices": {"anthropic/claude-x": {"prompt": 3, "cached": 0.3, "completion": 15.5}},
                  "cost": {"per_request": 0.5, "per_day": 0},
                  "remove_billing_block": true, "allow_model_management": true, "proxy": "http://proxy.lan:3128",
                },
              ],
              "fallbacks": {"big": ["small", "router/anthropic/claude-x"]},
            }
            """).Servers);

        Assert.Equal(("router", ServerKind.OpenRouter, "https://openrouter.ai/api", "OPENROUTER_API_KEY"), (entry.Name, entry.Kind, entry.Address.ToString(), entry.Credential.Variable));
        Assert.Equal(("https://example.org", "box"), (entry.Headers["http-referer"], entry.Headers["X-Title"]));
        Assert.Equal([new BodyMember("provider", """{"sort":"price"}"""), new BodyMember("n", "1")], entry.Body);
        Assert.Equal(["0.7", "40", """["a","b"]""", "-1"], entry.Defaults.Select(member => member.Json));
        Assert.Equal(new ServerClocks { Connect = TimeSpan.FromSeconds(1.5), FirstByte = TimeSpan.FromMinutes(1), Idle = TimeSpan.Zero, Queue = TimeSpan.FromSeconds(30) }, entry.Clocks);
        Assert.Equal((7, TimeSpan.FromSeconds(5), 1, 20, 5_000_000_000, 0, 9), (entry.MaxConnections, entry.IdleConnection, entry.Retries, entry.RequestsPerMinute, entry.TokensPerMinute, entry.MaxConcurrent, entry.QueueLimit));
        Assert.Equal((-3, false, true, true), (entry.Priority, entry.Overflow, entry.RemoveBillingBlock, entry.AllowModelManagement));
        Assert.Equal(["anthropic/*"], entry.Models);
        Assert.Equal(("anthropic/claude-x", 200_000), (entry.Aliases["big"], entry.ContextLengths["anthropic/*"]));
        Assert.Equal(new ModelPrice(3, 0.3m, 15.5m), entry.Prices["anthropic/claude-x"]);
        Assert.Equal(new CostCaps(0.5m, 0, 1), entry.Costs);
        Assert.Equal(new Uri("http://proxy.lan:3128"), entry.Proxy);
    }

    [Fact]
    public void Two_members_are_enough_and_the_rest_is_as_documented()
    {
        var entry = Assert.Single(Good("""{"servers":[{"name":"gpu","url":"http://localhost:11434"}]}""").Servers);

        Assert.Empty(entry.Headers);
        Assert.Empty(entry.Defaults);
        Assert.Equal((100, TimeSpan.FromSeconds(2), 3, 512, null, ServerCredential.None), (entry.MaxConnections, entry.IdleConnection, entry.Retries, entry.QueueLimit, entry.MaxConcurrent, entry.Credential));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"servers\": null}")]
    [InlineData("// nothing yet\n{\"servers\": [],}\n/* end */")]
    public void Nothing_is_an_empty_registry(string text) => Assert.Empty(Good(text).Servers);

    [Fact]
    public void Entries_that_say_the_same_are_the_same_and_others_are_not()
    {
        const string Same = """{"servers":[{"url":"http://a:1", /* x */ "name":"a","retries":2,"note":"unknown"}]}""";
        var text = Good("""{"servers":[{"name":"a","url":"http://a:1","retries":2}]}""").Servers[0].Text;

        Assert.Equal(text, Parse(Same).Content!.Servers[0].Text);
        Assert.NotEqual(text, Good("""{"servers":[{"name":"a","url":"http://a:1","retries":3}]}""").Servers[0].Text);
    }

    [Fact]
    public void A_key_file_is_relative_to_the_data_folder()
    {
        var entry = Good("""{"servers":[{"name":"a","url":"http://a:1","api_key_file":"keys/a"}]}""").Servers[0];

        Assert.Equal(Path.Combine(s_folder, "keys", "a"), entry.Credential.File);
    }

    [Fact]
    public void Every_fault_is_told_with_its_place()
    {
        var reading = Parse("""
            {
              "servers": [
                {"name": "a b", "url": "ftp://x"},
                {"name": "gpu", "url": "http://a:1", "retries": -1,
                 "defaults": {"temperature": 3}},
                {"name": "GPU", "url": "http://b:1", "kind": "olama"},
                7
              ]
            }
            """);

        Assert.Null(reading.Content);
        string[] expected =
        [
            "servers.json:3:14: servers[0].name cannot be used",
            "servers.json:3:28: servers[0].url cannot be used",
            "servers.json:4:53: servers[1].retries must be a whole number from 0 to 10.",
            "servers.json:5:34: servers[1].defaults.temperature must be a number from 0 to 2.",
            "servers.json:6:14: servers[2].name: a server of this name stands in line 4 already",
            "servers.json:6:50: servers[2].kind must be one of ollama, llamacpp, lmstudio, vllm, openai, openrouter, generic",
            "servers.json:7:5: servers[3] must be an object",
        ];
        Assert.Equal(
            expected,
            reading.Errors.Zip(expected, (error, beginning) => error.ToString()[..Math.Min(beginning.Length, error.ToString().Length)]));
        Assert.Equal(expected.Length, reading.Errors.Count);
        Assert.Contains("Did you mean \"ollama\"?", reading.Errors[5].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"temperature\": 2.01", "defaults.temperature must be a number from 0 to 2")]
    [InlineData("\"top_p\": 1.1", "from 0 to 1")]
    [InlineData("\"top_k\": -1", "0 or more")]
    [InlineData("\"top_k\": 1.5", "whole number")]
    [InlineData("\"min_p\": \"0\"", "from 0 to 1")]
    [InlineData("\"frequency_penalty\": -3", "from -2 to 2")]
    [InlineData("\"presence_penalty\": 2.5", "from -2 to 2")]
    [InlineData("\"repeat_penalty\": 0", "above 0")]
    [InlineData("\"max_tokens\": 0", "1 or more")]
    [InlineData("\"seed\": 1e40", "whole number")]
    [InlineData("\"stop\": [\"a\",\"b\",\"c\",\"d\",\"e\"]", "1 to 4 texts")]
    [InlineData("\"stop\": [1]", "1 to 4 texts")]
    [InlineData("\"model\": \"x\"", "for the client to say")]
    public void Generation_parameters_have_ranges(string member, string words) =>
        Assert.Contains(words, Assert.Single(Parse(Server($"\"defaults\": {{{member}}}")).Errors).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"timeouts\": {\"connect\": 86401}", "seconds from 0 to 86400")]
    [InlineData("\"pool\": {\"max_connections\": 0}", "from 1 to 10000")]
    [InlineData("\"pool\": 3", "must be an object")]
    [InlineData("\"requests_per_minute\": 1.5", "whole number")]
    [InlineData("\"max_concurrent\": \"4\"", "whole number from 0 to 10000")]
    [InlineData("\"queue_limit\": 100001", "from 0 to 100000")]
    [InlineData("\"priority\": 1001", "from -1000 to 1000")]
    [InlineData("\"overflow\": 1", "true or false")]
    [InlineData("\"models\": \"a\"", "must be a list")]
    [InlineData("\"models\": [\"\"]", "a text of 1 to 256")]
    [InlineData("\"aliases\": {\"a\": 1}", "aliases.a must be the name of a model")]
    [InlineData("\"context_lengths\": {\"gpt-4o\": 0}", "context_lengths[\"gpt-4o\"] must be a number of tokens")]
    [InlineData("\"prices\": {\"a\": {\"prompt\": 1}}", "prices.a.completion is missing")]
    [InlineData("\"prices\": {\"a\": {\"prompt\": -1, \"completion\": 1}}", "amount in US dollars")]
    [InlineData("\"cost\": {\"per_day\": \"1\"}", "amount in US dollars")]
    [InlineData("\"proxy\": \"socks5://x\"", "http://proxy.lan:3128")]
    [InlineData("\"proxy\": \"http://u:hunter2@x\"", "must not hold a user")]
    [InlineData("\"body\": {\"stream_options\": {}}", "for the client to say")]
    [InlineData("\"retries\": 1, \"retries\": 2", "a second time")]
    [InlineData("\"api_key_env\": \"A\", \"api_key_file\": \"b\"", "remove one of the two")]
    [InlineData("\"headers\": {\"Authorization\": \"Bearer x\"}", "api_key_env")]
    [InlineData("\"headers\": {\"Transfer-Encoding\": \"chunked\"}", "belongs to the connection")]
    [InlineData("\"headers\": {\"content-type\": \"x\"}", "describes the body")]
    [InlineData("\"headers\": {\"Host\": \"x\"}", "belongs to the connection")]
    [InlineData("\"headers\": {\"X-A\": \"a\\r\\nX-B: b\"}", "without line breaks")]
    [InlineData("\"headers\": {\"X A\": \"a\"}", "no name of a header")]
    [InlineData("\"headers\": {\"X-A\": \"a\", \"x-a\": \"b\"}", "a second time")]
    public void Members_have_ranges(string member, string words) =>
        Assert.Contains(words, Assert.Single(Parse(Server(member)).Errors).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"api_key\": \"sk-hunter2\"")]
    [InlineData("\"apiKey\": \"sk-hunter2\"")]
    [InlineData("\"token\": \"sk-hunter2\"")]
    [InlineData("\"api_key_env\": \"sk-hunter2\"")]
    [InlineData("\"api_key_env\": [\"sk-hunter2\"]")]
    [InlineData("\"api_key_file\": {\"sk-hunter2\": 1}")]
    [InlineData("\"headers\": {\"Authorization\": \"Bearer sk-hunter2\"}")]
    [InlineData("\"api_key\": sk-hunter2")]
    [InlineData("\"api_key\": 'sk-hunter2'")]
    [InlineData("\"url\": \"https://user:sk-hunter2@example.org\"")]
    public void A_key_in_the_file_is_refused_and_never_repeated(string member)
    {
        var reading = Parse(Server(member));

        Assert.NotEmpty(reading.Errors);
        Assert.All(reading.Errors, error => Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void An_api_key_is_told_where_to_go()
    {
        var error = Assert.Single(Parse(Server("\"api_key\": \"sk-x\"")).Errors);

        Assert.Contains("api_key_env", error.Message, StringComparison.Ordinal);
        Assert.Contains("api_key_file", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"max_concurent\": 3", "Did you mean \"max_concurrent\"?")]
    [InlineData("\"defaults\": {\"temprature\": 1}", "Did you mean \"temperature\"?")]
    [InlineData("\"timeouts\": {\"first_bite\": 1}", "Did you mean \"first_byte\"?")]
    [InlineData("\"models\": []", "no model may be used")]
    [InlineData("\"models\": [\"a\"], \"aliases\": {\"x\": \"b\"}", "does not allow")]
    [InlineData("\"body\": {\"top_p\": 1}, \"defaults\": {\"top_p\": 1}", "has no effect")]
    [InlineData("\"headers\": {\"x-api-key\": \"a\"}", "looks like a key")]
    public void What_is_odd_is_taken_with_a_warning(string member, string words)
    {
        var reading = Parse(Server(member));

        Assert.NotNull(reading.Content);
        Assert.Contains(words, Assert.Single(reading.Warnings).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"servers\": [\n    {\"name\": \"a\" \"url\": 1}\n  ]\n}", 3, 18, "comma is missing")]
    [InlineData("{\n  'servers': []\n}", 2, 3, "double quotes")]
    [InlineData("{\n  servers: []\n}", 2, 3, "double quotes")]
    [InlineData("{\"servers\": [", 1, 14, "ends too early")]
    [InlineData("", 1, 1, "ends too early")]
    [InlineData("  \n", 2, 1, "ends too early")]
    [InlineData("{\"servers\": [,]}", 1, 14, "comma too many")]
    [InlineData("{\"servers\": []}}", 1, 16, "closes nothing")]
    [InlineData("{\"für alle\": 1, }\n// ende\n x", 3, 2, "double quotes")]
    [InlineData("[]", 1, 1, "must hold an object")]
    [InlineData("{ /* ü\n */ /* open", 2, 5, "no end")]
    [InlineData("{\"a\": \"open\n// c\n}", 1, 12, "without its end")]
    [InlineData("{\"a\" /* between */ : 1, \"b\"\n// c\n2}", 3, 1, "not JSON")]
    [InlineData("{\"servers\": \"\\ud800\"}", 1, 13, "surrogate")]
    public void What_is_not_JSON_is_told_with_its_place(string text, int line, int column, string words)
    {
        var error = Assert.Single(Parse(text).Errors);

        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Fact]
    public void Columns_count_characters()
    {
        var error = Assert.Single(Parse("{\"fallbacks\": {\"größe\": [\"größe\"]}}").Errors);

        Assert.Equal((1, 26), (error.Line, error.Column));
        Assert.Contains("names itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fallbacks_that_come_back_are_warned_about_and_taken()
    {
        var reading = Parse("""{"fallbacks": {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}}""");

        Assert.Equal(["b"], reading.Content!.Fallbacks["a"]);
        Assert.Equal(3, reading.Warnings.Count);
    }

    [Fact]
    public void Sizes_are_bounded()
    {
        var servers = string.Join(',', Enumerable.Range(0, 101).Select(i => $"{{\"name\":\"s{i}\",\"url\":\"http://a:1\"}}"));
        var fallbacks = string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"m{i}\""));

        Assert.Contains("at most 100", Assert.Single(Parse($"{{\"servers\":[{servers}]}}").Errors).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 16", Assert.Single(Parse($"{{\"fallbacks\":{{\"a\":[{fallbacks}]}}}}").Errors).Message, StringComparison.Ordinal);
        Assert.NotEmpty(Parse(new string('[', 5000)).Errors);
    }

    private static string Server(string member) => member.Contains("\"url\"", StringComparison.Ordinal)
        ? $"{{\"servers\": [{{\"name\": \"a\", {member}}}]}}"
        : $"{{\"servers\": [{{\"name\": \"a\", \"url\": \"http://a:1\", {member}}}]}}";

    private static FileReading<RegistryContent> Parse(string text) => ServersJson.Parse(text, s_folder);

    private static RegistryContent Good(string text)
    {
        var reading = Parse(text);
        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        return reading.Content!;
    }
}
