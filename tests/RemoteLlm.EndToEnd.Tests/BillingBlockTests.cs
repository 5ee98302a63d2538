using System.Net;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>
/// Claude Code's billing block changes with every request and would spoil every prefix cache: it is taken out of the system prompt, and not a byte besides.
/// </summary>
public sealed class BillingBlockTests
{
    private const string Text = "x-anthropic-billing-header: cc_version=2.1.37.fbe; cc_entrypoint=cli; cch=a112f;";
    private const string Block = $$"""{"type":"text","text":"{{Text}}"}""";
    private const string Cached = """{"type":"text","text":"You are Claude Code.","cache_control":{"type":"ephemeral"}}""";
    private const string Rest = """ "max_tokens": 9,"messages":[{"role":"user","content":"Hi"}]}""";

    public static TheoryData<string, string> Removed => new()
    {
        { $$"""{"model":"test-model","system":[{{Block}},{{Cached}}],{{Rest}}""", $$"""{"model":"test-model","system":[{{Cached}}],{{Rest}}""" },
        { $$"""{"model":"test-model","system" : [ {{Block}} , {{Cached}}, {{Cached}} ],{{Rest}}""", $$"""{"model":"test-model","system" : [ {{Cached}}, {{Cached}} ],{{Rest}}""" },
        { $$"""{"model":"test-model","system":[{{Block}}],{{Rest}}""", $$"""{"model":"test-model","system":[],{{Rest}}""" },
        { $$"""{"model":"test-model","system":[ {{Block}} ],{{Rest}}""", $$"""{"model":"test-model","system":[  ],{{Rest}}""" },
        { $$"""{"model":"test-model","system":"{{Text}}\n\nYou are Claude Code.",{{Rest}}""", $$"""{"model":"test-model","system":"You are Claude Code.",{{Rest}}""" },
        {
            $$"""{"model":"test-model","system":[{"cache_control":{"type":"ephemeral","x":["]",1]},"text":"{{Text}}","type":"text"},{{Cached}}],{{Rest}}""",
            $$"""{"model":"test-model","system":[{{Cached}}],{{Rest}}"""
        },
        {
            $$"""{"messages":[{"role":"user","content":"Hi"}],"model":"test-model","max_tokens":9,"system":[{{Block}},{{Cached}}]}""",
            $$"""{"messages":[{"role":"user","content":"Hi"}],"model":"test-model","max_tokens":9,"system":[{{Cached}}]}"""
        },
    };

    public static TheoryData<string> Kept =>
    [
        $$"""{"model":"test-model","system":[{{Cached}},{{Block}}],{{Rest}}""",
        $$"""{"model":"test-model","system":[{"type":"text","text":"See {{Text}}"},{{Cached}}],{{Rest}}""",
        $$"""{"model":"test-model","system":"See {{Text}}\nYou are Claude Code.",{{Rest}}""",
        $$"""{"model":"test-model","system":[{"type":"text","note":"{{Text}}","text":"You are Claude Code."}],{{Rest}}""",
        $$"""{"model":"test-model","system":[{"type":"text","source":{"text":"{{Text}}"},"text":"You are Claude Code."}],{{Rest}}""",
        $$"""{"model":"test-model","metadata":{"system":[{{Block}}]},{{Rest}}""",
        $$"""{"model":"test-model","max_tokens":9,"messages":[{"role":"user","content":[{{Block}},{{Cached}}]}]}""",
        $$"""{"model":"test-model","max_tokens":9,"messages":[{"role":"user","content":"{{Text}}\nHi"}]}""",
    ];

    [Theory]
    [MemberData(nameof(Removed))]
    public async Task Block_is_taken_out_and_all_else_stays_byte_for_byte(string sent, string arrives)
    {
        foreach (var path in new[] { "v1/messages", "v1/messages/count_tokens" })
            Assert.Equal(arrives, await Arrived(path, sent));
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public async Task What_only_looks_like_it_stays(string sent) => Assert.Equal(sent, await Arrived("v1/messages", sent));

    [Fact]
    public async Task Block_stays_when_the_setting_says_so() =>
        Assert.Equal(Removed.First().Data.Item1, await Arrived("v1/messages", Removed.First().Data.Item1, removes: false));

    [Fact]
    public async Task OpenAIs_dialect_is_left_alone()
    {
        var sent = $$"""{"model":"test-model","system":[{{Block}},{{Cached}}],"messages":[]}""";

        Assert.Equal(sent, await Arrived("v1/chat/completions", sent));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Block_is_taken_out_of_a_body_that_waits_in_a_file(bool systemFirst)
    {
        var system = $"\"system\":[{Block},{Cached}]";
        var messages = $"\"messages\":[{{\"role\":\"user\",\"content\":\"{new string('é', 1024 * 1024)}\"}}]";
        var sent = systemFirst ? $$"""{"model":"test-model",{{system}},{{messages}}}""" : $$"""{"model":"test-model",{{messages}},{{system}}}""";

        Assert.True(sent.Replace($"{Block},", "", StringComparison.Ordinal) == await Arrived("v1/messages", sent), "the body reached the LLM server otherwise");
    }

    private static async Task<string> Arrived(string path, string sent, bool? removes = null)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"id":"msg_1","type":"message","role":"assistant","content":[],"usage":{"input_tokens":1,"output_tokens":1}}"""));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Llm = server => server.RemoveBillingBlock = removes });

        using var answer = await cluster.Client.Post(path, sent);

        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Text());
        return Assert.Single(llm.Requests).BodyText;
    }
}
