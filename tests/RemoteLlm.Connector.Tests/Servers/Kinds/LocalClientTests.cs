using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Kinds;

public sealed class LocalClientTests
{
    private readonly FakeServer _server = new();

    [Fact]
    public async Task LM_Studio_tells_what_is_in_memory_and_with_which_context()
    {
        // In the form of its documentation, with what newer versions add.
        _server.Answers["/v1/models"] = """{"data":[{"id":"qwen2-vl-7b-instruct","owned_by":"organization_owner"},{"id":"llama"},{"id":"text-embedding-nomic-embed-text-v1.5"},{"id":"stranger"}]}""";
        _server.Answers["/api/v0/models"] = """
            {"object":"list","data":[
            {"id":"qwen2-vl-7b-instruct","object":"model","type":"vlm","publisher":"mlx-community","arch":"qwen2_vl","state":"loaded","max_context_length":32768,"loaded_context_length":4096,"capabilities":["tool_use"]},
            {"id":"llama","type":"llm","state":"not-loaded","max_context_length":131072},
            {"id":"text-embedding-nomic-embed-text-v1.5","type":"embeddings","state":"not-loaded","max_context_length":2048},{"id":"not-offered","type":"llm"}]}
            """;
        var look = await Look(new LmStudioClient());
        Assert.Equal(
            [
                ("llama", ModelCapabilities.Chat, 131072, false),
                ("qwen2-vl-7b-instruct", ModelCapabilities.Chat | ModelCapabilities.Vision | ModelCapabilities.Tools, 4096, true),
                ("stranger", null, null, null),
                ("text-embedding-nomic-embed-text-v1.5", ModelCapabilities.Embeddings, (int?)2048, (bool?)false),
            ],
            look.Models!.Select(model => (model.Id, model.Capabilities, model.ContextLength, model.Loaded)));
    }

    [Fact]
    public async Task LM_Studio_without_version_0_is_asked_in_version_1()
    {
        _server.Answers["/v1/models"] = """{"data":[{"id":"gemma"},{"id":"vectors"}]}""";
        _server.Answers["/api/v1/models"] = """
            {"models":[{"type":"llm","key":"gemma","loaded_instances":[{"id":"gemma","config":{"context_length":4096}}],"max_context_length":32768,"capabilities":{"vision":true,"trained_for_tool_use":true}},
            {"type":"embedding","key":"vectors","loaded_instances":[],"max_context_length":2048}]}
            """;
        var models = (await Look(new LmStudioClient())).Models!;
        Assert.Equal((ModelCapabilities.Chat | ModelCapabilities.Vision | ModelCapabilities.Tools, 4096, true), (models[0].Capabilities, models[0].ContextLength, models[0].Loaded));
        Assert.Equal((ModelCapabilities.Embeddings, 2048, false), (models[1].Capabilities, models[1].ContextLength, models[1].Loaded));
    }

    [Fact]
    public async Task VLLM_tells_its_context_and_its_version()
    {
        _server.Answers["/v1/models"] = """{"object":"list","data":[{"id":"meta-llama/Llama-3.1-8B-Instruct","object":"model","created":7,"owned_by":"vllm","root":"meta-llama/Llama-3.1-8B-Instruct","parent":null,"max_model_len":131072,"permission":[]}]}""";
        _server.Answers["/version"] = """{"version":"0.11.2"}""";
        var look = await Look(new VllmClient());
        Assert.Equal((ServerKind.Vllm, "0.11.2"), (look.Kind, look.Version));
        Assert.Equal(new ServerModel("meta-llama/Llama-3.1-8B-Instruct") { Created = 7, OwnedBy = "vllm", ContextLength = 131072, Loaded = true }, Assert.Single(look.Models!));
    }

    [Theory]
    [InlineData("""{"embedding":{"pooling":"cls"}}""", ModelCapabilities.Embeddings)]
    [InlineData("""{"reranker":{"id2label":{},"label2id":{}}}""", ModelCapabilities.Rerank)]
    public async Task Text_embeddings_inference_has_no_list_but_says_what_it_is(string type, ModelCapabilities expected)
    {
        _server.Answers["/info"] = $$"""{"model_id":"thenlper/some-base","model_sha":"f","model_dtype":"float16","model_type":{{type}},"max_concurrent_requests":512,"max_input_length":512,"version":"1.8.2"}""";
        var look = await Look(new GenericClient());
        Assert.Equal((512, "1.8.2"), (look.Slots, look.Version));
        Assert.Equal(new ServerModel("thenlper/some-base") { Capabilities = expected, ContextLength = 512, Loaded = true }, Assert.Single(look.Models!));
    }

    [Fact]
    public async Task Text_generation_inference_says_more_than_its_list()
    {
        _server.Answers["/v1/models"] = """{"object":"list","data":[{"id":"org/model","object":"model","created":0,"owned_by":"org/model"}]}""";
        _server.Answers["/info"] = """{"model_id":"org/model","model_pipeline_tag":"text-generation","max_concurrent_requests":128,"max_input_tokens":4095,"max_total_tokens":4096,"version":"3.3.0"}""";
        var look = await Look(new GenericClient());
        Assert.Equal((128, 4096, ModelCapabilities.Chat), (look.Slots, look.Models![0].ContextLength, look.Models[0].Capabilities));
    }

    [Fact]
    public async Task A_server_without_list_and_without_info_is_explained()
    {
        var look = await Look(new GenericClient());
        Assert.Contains("no /v1/models (404)", look.Error, StringComparison.Ordinal);
        Assert.Null(look.Models);
    }

    private Task<ServerLook> Look(IServerClient client) => client.LookAsync(_server.Query, TestContext.Current.CancellationToken).OrHang();
}
