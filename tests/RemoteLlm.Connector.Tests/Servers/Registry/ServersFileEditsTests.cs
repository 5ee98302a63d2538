using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Connector.Servers.Registry.Editing;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Tests.Servers.Registry;

public sealed class ServersFileEditsTests
{
    private const string New = """{"name": "new", "url": "http://n:1"}""";

    private static readonly ServerDraft s_new = new("new", "http://n:1");

    [Theory]
    [InlineData("{}", "{\n  \"servers\": [\n    NEW\n  ]\n}")]
    [InlineData("{\"servers\": []}", "{\"servers\": [\n  NEW\n]}")]
    [InlineData("{\"servers\": null}", "{\"servers\": [\n  NEW\n]}")]
    [InlineData("{\n    \"servers\": [\n    ]\n}\n", "{\n    \"servers\": [\n        NEW\n    ]\n}\n")]
    [InlineData("{\n\t\"servers\": [\n\t\tA\n\t]\n}", "{\n\t\"servers\": [\n\t\tA,\n\t\tNEW\n\t]\n}")]
    [InlineData("{\"servers\": [A]}", "{\"servers\": [A, NEW]}")]
    [InlineData("{\"servers\": [A, B,]}", "{\"servers\": [A, B, NEW,]}")]
    [InlineData("{\"servers\": [\n  A, // a\n  B // b, the last\n  // more later\n]}", "{\"servers\": [\n  A, // a\n  B, // b, the last\n  // more later\n  NEW\n]}")]
    [InlineData("{\"servers\": [\n  A, /* , */\n]}", "{\"servers\": [\n  A, /* , */\n  NEW,\n]}")]
    [InlineData("{\"servers\": [A // only\n]}", "{\"servers\": [A, // only\n  NEW\n]}")]
    [InlineData("{\"servers\": [ /* none */ ]}", "{\"servers\": [ /* none */\n  NEW\n]}")]
    [InlineData("{\r\n  \"x\": 1 // unknown\r\n}\r\n", "{\r\n  \"x\": 1, // unknown\r\n  \"servers\": [\r\n    NEW\r\n  ]\r\n}\r\n")]
    public void Added_in_the_layout_of_the_file(string before, string after) =>
        Assert.Equal(Written(after), ServersFileEdits.Add(Written(before), s_new, "/").Text);

    [Theory]
    [InlineData("{\"servers\": [NEW]}", "{\"servers\": []}")]
    [InlineData("{\"servers\": [A, NEW, B]}", "{\"servers\": [A, B]}")]
    [InlineData("{\"servers\": [A, NEW]}", "{\"servers\": [A]}")]
    [InlineData("{\"servers\": [NEW, A]}", "{\"servers\": [A]}")]
    [InlineData("{\"servers\": [A, NEW,]}", "{\"servers\": [A, ]}")]
    [InlineData("{\"servers\": [\n  A,\n  NEW\n]}", "{\"servers\": [\n  A\n]}")]
    [InlineData("{\"servers\": [\n  A,\n  NEW,\n  B\n]}", "{\"servers\": [\n  A,\n  B\n]}")]
    [InlineData("{\"servers\": [\n  A, // a\n  NEW, // new\n  // b follows\n  B\n]}", "{\"servers\": [\n  A, // a\n  // new\n  // b follows\n  B\n]}")]
    [InlineData("{\"servers\": [\n  A, // a\n  NEW // new\n]}", "{\"servers\": [\n  A // a\n  // new\n]}")]
    [InlineData("{\"servers\": [ A\n  , NEW\n  , B ]}", "{\"servers\": [ A\n  , B ]}")]
    [InlineData("{\"servers\": [\n  NEW /* x */ , // y\n  B ]}", "{\"servers\": [\n  /* x */  // y\n  B ]}")]
    public void Removed_with_its_comma_and_its_lines(string before, string after) =>
        Assert.Equal(Written(after), ServersFileEdits.Remove(Written(before), "new", "/").Text);

    [Fact]
    public void Replaced_where_it_stands()
    {
        var text = Written("{\"servers\": [\n  A, // a\n  NEW, // new\n  B\n]}");

        var edit = ServersFileEdits.Replace(text, s_new with { Priority = 7 }, "/");

        Assert.Equal(text.Replace(New, """{"name": "new", "url": "http://n:1", "priority": 7}""", StringComparison.Ordinal), edit.Text);
        Assert.Equal(EditStatus.Unchanged, ServersFileEdits.Replace(text, s_new, "/").Outcome.Status);
        Assert.Equal(EditStatus.NotFound, ServersFileEdits.Replace("{}", s_new, "/").Outcome.Status);
    }

    [Fact]
    public void A_long_entry_stands_on_lines()
    {
        var draft = new ServerDraft("router", "https://openrouter.ai/api/v1")
        {
            Kind = ServerKind.OpenRouter,
            KeyVariable = "OPENROUTER_API_KEY",
            MaxConcurrent = 8,
            Models = ["anthropic/*"],
            Aliases = new Dictionary<string, string> { ["big"] = "anthropic/claude-x" },
            Headers = new Dictionary<string, string> { ["X-Title"] = "my \"box\"" },
        };

        Assert.Equal(
            """
            {
              "servers": [
                {
                  "name": "router",
                  "kind": "openrouter",
                  "url": "https://openrouter.ai/api/v1",
                  "api_key_env": "OPENROUTER_API_KEY",
                  "headers": {"X-Title": "my \"box\""},
                  "max_concurrent": 8,
                  "models": ["anthropic/*"],
                  "aliases": {"big": "anthropic/claude-x"}
                }
              ]
            }
            """,
            ServersFileEdits.Add("{\n  \"servers\": [\n  ]\n}", draft, "/").Text);
    }

    [Theory]
    [InlineData("{\"servers\": [\n  {\"name\": \"a\"}\n]}", "servers.json:2:3:")]
    [InlineData("{\"servers\": [\n", "servers.json:2:1:")]
    [InlineData("{\"servers\": {}}", "servers.json:1:13:")]
    public void A_broken_file_is_left_alone_and_named_with_its_place(string text, string place)
    {
        foreach (var edit in new[] { ServersFileEdits.Add(text, s_new, "/"), ServersFileEdits.Remove(text, "a", "/"), ServersFileEdits.Replace(text, s_new, "/") })
        {
            Assert.Equal((EditStatus.BrokenFile, null), (edit.Outcome.Status, edit.Text));
            Assert.StartsWith(place, edit.Outcome.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a b", "http://n:1", EditStatus.Invalid)]
    [InlineData("x", "n:1", EditStatus.Invalid)]
    [InlineData("A", "http://n:1", EditStatus.Conflict)]
    public void What_cannot_be_added_is_refused(string name, string url, EditStatus status)
    {
        var edit = ServersFileEdits.Add(Written("{\"servers\": [A]}"), new ServerDraft(name, url), "/");

        Assert.Equal((status, null), (edit.Outcome.Status, edit.Text));
    }

    private static string Written(string pattern) => pattern
        .Replace("NEW", New, StringComparison.Ordinal)
        .Replace("A", """{"name": "a", "url": "http://a:1"}""", StringComparison.Ordinal)
        .Replace("B", """{"name": "b", "url": "http://b:1", "unknown": 1}""", StringComparison.Ordinal);
}
