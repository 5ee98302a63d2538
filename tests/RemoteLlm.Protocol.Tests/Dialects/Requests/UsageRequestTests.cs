using System.Globalization;
using System.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Tests.Dialects.Json;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>Asking for usage where the client did not changes that and nothing else.</summary>
public sealed class UsageRequestTests
{
    private const int Bodies = 5_000;

    private static readonly string[] s_options =
        ["{}", "{ }", "null", "{\"x\":1}", "{\"x\":{\"include_usage\":false}}", "{\"include_usage\":null}", "{\"a\":[1],\"include_usage\" : null ,\"b\":2}", "{\"include_usage\":true}", "{\"include_usage\":false}", "{\"include_usage\":7}", "{\"include_usage\":{\"a\":1}}",
            "{\"include_usage\":true,\"include_usage\":null}", "{\"include_usage\":null,\"include_usage\":false}", "{\"include\\u005fusage\":null}", "[]", "[{\"include_usage\":true}]", "\"x\"", "1", "true"];

    [Theory]
    [InlineData("""{"model":"m"}""", """{"stream_options":{"include_usage":true},"model":"m"}""")]
    [InlineData(""" { "model":"m"}""", """ {"stream_options":{"include_usage":true}, "model":"m"}""")]
    [InlineData("""{"model":"m","stream_options":{}}""", """{"model":"m","stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":{"x":1},"model":"m"}""", """{"stream_options":{"include_usage":true,"x":1},"model":"m"}""")]
    [InlineData("""{"stream_options":null,"model":"m"}""", """{"stream_options":{"include_usage":true},"model":"m"}""")]
    [InlineData("""{"stream_options":{"include_usage":null}}""", """{"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":{"include_usage":true},"stream_options":null}""", """{"stream_options":{"include_usage":true},"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":null,"stream_options":{"x":{"include_usage":true}}}""", """{"stream_options":null,"stream_options":{"include_usage":true,"x":{"include_usage":true}}}""")]
    public void It_is_asked_for_at_every_split(string body, string expected)
    {
        foreach (var scanner in RequestText.AtEverySplit(body))
            Assert.Equal(expected, RequestText.With(body, scanner.UsageRequest));
    }

    [Theory]
    [InlineData("""{"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":{"include_usage":false}}""")]
    [InlineData("""{"stream_options":{"include_usage":"yes"}}""")]
    [InlineData("""{"stream_options":{"include_usage":[null]}}""")]
    [InlineData("""{"stream_options":[]}""")]
    [InlineData("""{"stream_options":{},"stream_options":7}""")]
    public void Who_said_something_about_it_is_not_talked_over(string body)
    {
        foreach (var scanner in RequestText.AtEverySplit(body))
            Assert.Null(scanner.UsageRequest);
    }

    [Fact]
    public void Any_body_split_anyhow_asks_for_usage_and_is_otherwise_the_same()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}");
        var asked = 0;
        for (var seed = Draws.Seed; seed < Draws.Seed + Bodies; seed++)
        {
            var body = Draw(seed);
            var edit = RequestText.Scan(new RandomJson(seed).Split(Encoding.UTF8.GetBytes(body))).UsageRequest;
            using var before = JsonDocument.Parse(body);
            Assert.True(edit is null == SaysSomething(before.RootElement), $"seed {seed}: {body}");
            if (edit is null)
                continue;
            using var after = JsonDocument.Parse(RequestText.With(body, edit));
            var options = Last(after.RootElement, "stream_options")!.Value;
            Assert.True(Last(options, "include_usage")!.Value.ValueKind == JsonValueKind.True, $"seed {seed}: {body}");
            Assert.True(Others(before.RootElement, "stream_options").SequenceEqual(Others(after.RootElement, "stream_options")), $"seed {seed}: {body}");
            if (Last(before.RootElement, "stream_options") is { ValueKind: JsonValueKind.Object } had)
                Assert.True(Others(had, "include_usage").SequenceEqual(Others(options, "include_usage")), $"seed {seed}: {body}");
            asked++;
        }

        Assert.InRange(asked, Bodies / 4, Bodies * 3 / 4 + (Bodies / 8));
    }

    private static string Draw(int seed)
    {
        var (random, json) = (new Random(seed), new RandomJson(seed));
        var members = new List<string> { "\"model\":\"m\"" };
        for (var i = random.Next(4); i > 0; i--)
            members.Insert(random.Next(members.Count + 1), $"\"x{i}\" : {Encoding.UTF8.GetString(json.Document())}");
        for (var i = random.Next(3); i > 0; i--)
            members.Insert(random.Next(members.Count + 1), $"{(random.Next(4) == 0 ? "\"stream_opti\\u006fns\"" : "\"stream_options\"")}:{s_options[random.Next(s_options.Length)]}");
        return (random.Next(4) == 0 ? "\n " : "") + "{" + string.Join(random.Next(2) == 0 ? "," : " , ", members) + "}";
    }

    private static bool SaysSomething(JsonElement body) => Last(body, "stream_options") switch
    {
        null or { ValueKind: JsonValueKind.Null } => false,
        { ValueKind: JsonValueKind.Object } options => Last(options, "include_usage") is { ValueKind: not JsonValueKind.Null },
        _ => true,
    };

    private static JsonElement? Last(JsonElement from, string name) =>
        from.EnumerateObject().Where(member => member.NameEquals(name)).Select(member => (JsonElement?)member.Value).LastOrDefault();

    private static IEnumerable<string> Others(JsonElement from, string name) => from.EnumerateObject().Where(member => !member.NameEquals(name)).Select(member => member.ToString());
}
