using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Kinds;

public sealed class LlamaCppClientTests
{
    // Recorded from a real server; the longest members left out.
    private const string Models =
        """{"object":"list","data":[{"id":"tiny-llama","object":"model","created":1795253131,"owned_by":"llamacpp","meta":{"vocab_type":1,"n_vocab":32000,"n_ctx_train":8192,"n_embd":64,"n_params":4178240,"size":16712960}}]}""";

    private const string Props = """
        {"default_generation_settings":{"id":0,"id_task":-1,"n_ctx":2048,"speculative":false,"params":{"n_predict":-1}},"total_slots":4,"model_path":"tiny.gguf",
        "chat_template":"{%- for message in messages -%}\n  {{- '<|im_start|>' + message.role }}{%- endfor -%}","bos_token":"<s>","eos_token":"</s>","build_info":"b0-unknown"}
        """;

    private readonly LlamaCppClient _client = new();
    private readonly FakeServer _server = new() { Answers = { ["/v1/models"] = Models, ["/props"] = Props } };

    [Fact]
    public async Task The_context_is_that_of_a_slot()
    {
        var look = await Look();
        Assert.Equal((ServerKind.LlamaCpp, "b0-unknown", 4), (look.Kind, look.Version, look.Slots));
        Assert.Equal(
            new ServerModel("tiny-llama") { Created = 1795253131, OwnedBy = "llamacpp", ContextLength = 2048, Loaded = true, Capabilities = ModelCapabilities.Chat },
            Assert.Single(look.Models!));
    }

    [Theory]
    [InlineData(""","modalities":{"vision":true}""", "messages", ModelCapabilities.Chat | ModelCapabilities.Vision)]
    [InlineData("", "messages tools", ModelCapabilities.Chat | ModelCapabilities.Tools)]
    [InlineData(""","chat_template_caps":{"supports_tools":true}""", "messages", ModelCapabilities.Chat | ModelCapabilities.Tools)]
    [InlineData(""","chat_template_caps":{"supports_tools":false}""", "messages tools", ModelCapabilities.Chat)]
    public async Task Images_and_tools_are_seen_in_the_properties(string more, string template, ModelCapabilities expected)
    {
        _server.Answers["/props"] = $$"""{"chat_template":"{{template}}"{{more}}}""";
        Assert.Equal(expected, (await Look()).Models![0].Capabilities);
    }

    [Theory]
    [InlineData("bge-reranker-v2-m3", ModelCapabilities.Rerank)]
    [InlineData("nomic-embed-text-v1.5", ModelCapabilities.Embeddings)]
    public async Task An_instance_for_ranking_or_embeddings_is_known_by_its_name(string name, ModelCapabilities expected)
    {
        _server.Answers["/v1/models"] = Models.Replace("tiny-llama", name, StringComparison.Ordinal);
        Assert.Equal(expected, (await Look()).Models![0].Capabilities);
    }

    [Fact]
    public async Task Where_the_properties_are_closed_the_slots_tell()
    {
        _server.Answers.Remove("/props");
        _server.Answers["/slots"] = """[{"id":0,"n_ctx":1024},{"id":1,"n_ctx":1024}]""";
        var look = await Look();
        Assert.Equal((2, 1024), (look.Slots, look.Models![0].ContextLength));

        _server.Answers.Remove("/slots");
        look = await Look();
        Assert.Equal((null, 8192), (look.Slots, look.Models![0].ContextLength));
    }

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/props")]
    public async Task One_that_loads_its_model_says_so(string unready)
    {
        _server.Answers[unready] = """503 {"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""";
        _server.Answers["/health"] = _server.Answers[unready];
        var look = await Look();
        Assert.Null(look.Models);
        Assert.Contains("is loading its model", look.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_router_describes_each_of_its_models()
    {
        _server.Answers["/v1/models"] = """
            {"data":[
            {"id":"ggml-org/gemma-3-4b-it-GGUF:Q4_K_M","owned_by":"llamacpp","status":{"value":"loaded","args":["llama-server","-ctx","4096"]},"architecture":{"input_modalities":["text","image"]}},
            {"id":"big","owned_by":"llamacpp","status":{"value":"unloaded","args":["llama-server","-c","1","--ctx-size","32768"]}},
            {"id":"ranker","owned_by":"llamacpp","status":{"value":"sleeping","args":["--pooling","rank"]}},
            {"id":"vectors","owned_by":"llamacpp","status":{"value":"unloaded","args":["--embeddings"]}},
            {"id":"unknown","owned_by":"llamacpp","status":{}}]}
            """;
        _server.Answers["/props?model=ggml-org%2Fgemma-3-4b-it-GGUF%3AQ4_K_M&autoload=false"] = Props;
        var look = await Look();
        Assert.Equal((4, "b0-unknown"), (look.Slots, look.Version));
        Assert.Equal(
            [
                ("big", null, 32768, false),
                ("ggml-org/gemma-3-4b-it-GGUF:Q4_K_M", ModelCapabilities.Chat | ModelCapabilities.Vision, 2048, true),
                ("ranker", ModelCapabilities.Rerank, null, false),
                ("unknown", null, null, null),
                ("vectors", ModelCapabilities.Embeddings, (int?)null, (bool?)false),
            ],
            look.Models!.Select(model => (model.Id, model.Capabilities, model.ContextLength, model.Loaded)));
        Assert.DoesNotContain("GET /slots", _server.TakeAsked());
    }

    private Task<ServerLook> Look() => _client.LookAsync(_server.Query, TestContext.Current.CancellationToken).OrHang();
}
