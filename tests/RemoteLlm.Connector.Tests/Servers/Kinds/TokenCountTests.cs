using System.Text;
using System.Text.Json;
using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Kinds;

public sealed class TokenCountTests
{
    private const string Tokens = """{"tokens":[22172,3186,29892,1055,30085,345,29871,243,162,155,131]}""";

    private readonly FakeServer _server = new();

    [Fact]
    public async Task Llama_server_counts_what_its_template_makes_of_a_conversation()
    {
        _server.Answers["/apply-template"] = """{"prompt":"<|im_start|>user\nhi 你好<|im_end|>\n<|im_start|>assistant\n"}""";
        _server.Answers["/tokenize"] = Tokens;
        Assert.Equal(11, await Count(new LlamaCppClient(), """{"model":"m","messages":[{"role":"user","content":"hi 你好"}],"tools":[{"type":"function","function":{"name":"f"}}],"chat_template_kwargs":{"enable_thinking":false}}"""));
        Assert.Equal(
            [
                """POST /apply-template {"model":"m","messages":[{"role":"user","content":"hi 你好"}],"tools":[{"type":"function","function":{"name":"f"}}],"chat_template_kwargs":{"enable_thinking":false}}""",
                """POST /tokenize {"model":"m","content":"<|im_start|>user\nhi 你好<|im_end|>\n<|im_start|>assistant\n","add_special":true,"parse_special":true}""",
            ],
            _server.TakeAsked());
    }

    [Fact]
    public async Task Without_a_template_the_texts_count_and_four_for_each_message()
    {
        _server.Answers["/tokenize"] = Tokens;
        Assert.Equal(11 + 8, await Count(new LlamaCppClient(), """{"messages":[{"role":"system","content":"a"},{"role":"user","content":[{"type":"text","text":"b"}]}]}"""));
        Assert.Contains("\"content\":\"ab\"", _server.TakeAsked()[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_of_Anthropics_is_put_into_OpenAIs_words()
    {
        const string Body = """
            {"system":[{"type":"text","text":"be kind"}],"messages":[{"role":"user","content":"hi"},
            {"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"so"},{"type":"tool_use","id":"1","name":"look","input":{"at":1}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":[{"type":"text","text":"seen"}]}]}],
            "tools":[{"name":"look","description":"d","input_schema":{"type":"object"}}]}
            """;
        await Count(new VllmClient(), Body);
        using var asked = JsonDocument.Parse(Assert.Single(_server.TakeAsked())["POST /tokenize ".Length..]);
        Assert.Equal("""[{"role":"system","content":"be kind"},{"role":"user","content":"hi"},{"role":"assistant","content":"solook{\"at\":1}"},{"role":"user","content":"seen"}]""", asked.RootElement.GetProperty("messages").GetRawText());
        Assert.Equal("""[{"type":"function","function":{"name":"look","description":"d","parameters":{"type":"object"}}}]""", asked.RootElement.GetProperty("tools").GetRawText());
    }

    [Fact]
    public async Task Calls_of_tools_go_to_the_template_as_they_are()
    {
        await Count(new VllmClient(), """{"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"1"}]},{"role":"assistant","tool_calls":[{"id":"2"}]},{"role":"tool","tool_call_id":"1","content":"x"}]}""");
        Assert.Contains(
            """[{"role":"assistant","content":"","tool_calls":[{"id":"1"}]},{"role":"assistant","content":"","tool_calls":[{"id":"2"}]},{"role":"tool","content":"x","tool_call_id":"1"}]""",
            Assert.Single(_server.TakeAsked()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_is_a_conversation_with_instructions()
    {
        await Count(new VllmClient(), """{"instructions":"i","input":[{"role":"user","content":[{"type":"input_text","text":"q"}]},{"type":"function_call","name":"f","arguments":"{}"},{"type":"function_call_output","output":"o"}]}""");
        Assert.Contains(
            """[{"role":"system","content":"i"},{"role":"user","content":"q"},{"role":"assistant","content":"f{}"},{"role":"assistant","content":"o"}]""",
            Assert.Single(_server.TakeAsked()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt":"one"}""", 7)]
    [InlineData("""{"prompt":["one","two"]}""", 14)]
    [InlineData("""{"input":"one"}""", 7)]
    [InlineData("""{"input":["one","two","three"]}""", 21)]
    [InlineData("""{"prompt":[1,2,3]}""", 3)]
    [InlineData("""{"input":[[1,2,3],[4]]}""", 4)]
    [InlineData("""{"messages":[]}""", 7)]
    public async Task VLLM_counts_prompts_one_by_one(string body, int expected)
    {
        _server.Answers["/tokenize"] = """{"count":7,"max_model_len":4096,"tokens":[1,2,3,4,5,6,7]}""";
        Assert.Equal(expected, await Count(new VllmClient(), body));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:"}}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image","source":{}}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"tool_result","content":[{"type":"image"}]}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"input_audio"}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":7}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"}]}""")]
    [InlineData("""{"prompt":7}""")]
    [InlineData("""{"prompt":["a",7]}""")]
    [InlineData("""{"query":"q","documents":["d"]}""")]
    [InlineData("""{"prompt":"cut""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task What_is_no_text_is_not_counted(string body)
    {
        _server.Otherwise = (_, _) => """{"count":7,"tokens":[1],"prompt":"p"}""";
        Assert.Null(await Count(new VllmClient(), body));
        Assert.Null(await Count(new LlamaCppClient(), body));
        Assert.Empty(_server.TakeAsked());
    }

    [Fact]
    public async Task Bodies_that_are_too_long_and_servers_that_do_not_count_are_let_be()
    {
        _server.Otherwise = (_, _) => """{"count":7,"tokens":[1]}""";
        var text = new string('a', 8 << 20);
        Assert.Null(await Count(new VllmClient(), $$"""{"prompt":"{{text}}"}"""));
        Assert.Null(await Count(new OllamaClient(), """{"prompt":"a"}"""));
        Assert.Null(await Count(new OpenAiClient(), """{"prompt":"a"}"""));
        Assert.Null(await Count(new GenericClient(), """{"input":"a"}"""));
        Assert.Empty(_server.TakeAsked());

        _server.Otherwise = (_, _) => "500 {}";
        Assert.Null(await Count(new VllmClient(), """{"prompt":"a"}"""));
        Assert.Null(await Count(new LlamaCppClient(), """{"messages":[{"role":"user","content":"a"}]}"""));
    }

    [Fact]
    public async Task Text_embeddings_inference_counts_all_inputs_at_once()
    {
        _server.Answers["/info"] = """{"model_id":"m","max_input_length":512}""";
        _server.Answers["/tokenize"] = """[[{"id":101,"text":"[CLS]","special":true,"start":null,"stop":null},{"id":7}],[{"id":1}]]""";
        var client = new DetectingClient();
        await client.LookAsync(_server.Query, TestContext.Current.CancellationToken).OrHang();
        Assert.Equal(3, await Count(client, """{"input":["a","b"]}"""));
        Assert.Null(await Count(client, """{"input":["a","b","c"]}"""));
        Assert.Contains("""POST /tokenize {"inputs":["a","b"]}""", _server.TakeAsked());
    }

    private Task<long?> Count(IServerClient client, string body) =>
        client.CountTokensAsync(_server.Query, "m", Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken).OrHang();
}
