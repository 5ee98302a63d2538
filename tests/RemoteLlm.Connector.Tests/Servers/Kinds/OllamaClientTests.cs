using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Kinds;

public sealed class OllamaClientTests
{
    private readonly OllamaClient _client = new();
    private readonly FakeServer _server = new()
    {
        Answers =
        {
            ["/api/tags"] = """
                {"models":[{"name":"qwen3:8b","model":"qwen3:8b","modified_at":"2025-11-20T09:12:44.302451012+01:00","size":7,"digest":"d1",
                "details":{"format":"gguf","family":"qwen3","parameter_size":"8.2B","quantization_level":"Q4_K_M"}},
                {"name":"nomic-embed-text:latest","modified_at":"x","size":2,"digest":"d2","details":{"family":"nomic-bert"}}]}
                """,
            ["/api/ps"] = """{"models":[]}""",
            ["/api/version"] = """{"version":"0.12.11"}""",
        },
        Otherwise = (path, body) => (path, body.Contains("qwen3", StringComparison.Ordinal)) switch
        {
            ("/api/show", true) => """
                {"parameters":"stop                           \"<|im_end|>\"\ntemperature                    0.6","details":{"family":"qwen3"},
                "model_info":{"general.architecture":"qwen3","qwen3.context_length":40960},"capabilities":["completion","tools","thinking","vision"]}
                """,
            ("/api/show", false) => """{"details":{"family":"nomic-bert"},"model_info":{"general.architecture":"nomic-bert","nomic-bert.context_length":2048},"capabilities":["embedding"]}""",
            _ => null,
        },
    };

    [Fact]
    public async Task What_is_said_in_three_places_is_put_together()
    {
        var look = await Look();
        Assert.Equal((ServerKind.Ollama, "0.12.11", null), (look.Kind, look.Version, look.Slots));
        Assert.Equal(["nomic-embed-text:latest", "qwen3:8b"], look.Models!.Select(model => model.Id));
        Assert.Equal((ModelCapabilities.Embeddings, 2048, false), (look.Models![0].Capabilities, look.Models[0].ContextLength, look.Models[0].Loaded));
        Assert.Equal(ModelCapabilities.Chat | ModelCapabilities.Tools | ModelCapabilities.Vision, look.Models[1].Capabilities);
        Assert.Equal(40960, look.Models[1].ContextLength);
        Assert.Equal(new OllamaModel("2025-11-20T09:12:44.302451012+01:00", 7, "d1", "gguf", "qwen3", "8.2B", "Q4_K_M"), look.Models[1].Ollama);
        Assert.Equal(1763626364, look.Models[1].Created);
    }

    [Fact]
    public async Task A_model_in_memory_has_the_context_that_it_was_loaded_with()
    {
        _server.Answers["/api/ps"] = """{"models":[{"name":"qwen3:8b","size_vram":5,"expires_at":"e","context_length":8192},{"name":"stranger"}]}""";
        var model = (await Look()).Models![1];
        Assert.Equal((true, 8192), (model.Loaded, model.ContextLength));
        Assert.Equal((5, "e"), (model.Ollama!.LoadedBytes, model.Ollama.ExpiresAt));
    }

    [Fact]
    public async Task A_context_that_the_Modelfile_sets_comes_before_the_models_maximum()
    {
        _server.Answers["/api/show"] = """{"parameters":"num_ctx                        16384\nnum_gpu 1","model_info":{"general.architecture":"a","a.context_length":131072},"capabilities":["completion"]}""";
        Assert.Equal(16384, (await Look()).Models![1].ContextLength);
    }

    [Fact]
    public async Task A_look_at_unchanged_models_costs_three_requests()
    {
        await Look();
        Assert.Equal(5, _server.TakeAsked().Count);
        await Look();
        Assert.Equal(["GET /api/ps", "GET /api/tags", "GET /api/version"], _server.TakeAsked().Order(StringComparer.Ordinal));

        _server.Answers["/api/tags"] = _server.Answers["/api/tags"].Replace("\"d2\"", "\"d3\"", StringComparison.Ordinal);
        await Look();
        Assert.Equal("""POST /api/show {"model":"nomic-embed-text:latest"}""", Assert.Single(_server.TakeAsked(), asked => asked.StartsWith("POST", StringComparison.Ordinal)));

        // Another version may know more of the same model.
        _server.Answers["/api/version"] = """{"version":"0.13.0"}""";
        await Look();
        Assert.Equal(5, _server.TakeAsked().Count);
    }

    [Fact]
    public async Task What_show_does_not_say_now_is_asked_again_with_the_next_look()
    {
        _server.Answers["/api/show"] = "500 {}";
        var before = (await Look()).Models!;
        Assert.Equal((ModelCapabilities.Embeddings, null), (before[0].Capabilities, before[0].ContextLength));
        Assert.Null(before[1].Capabilities);
        _server.Answers.Remove("/api/show");
        Assert.Equal(40960, (await Look()).Models![1].ContextLength);
    }

    [Fact]
    public async Task Of_many_models_at_most_four_are_shown_at_once_and_what_one_look_leaves_the_next_takes()
    {
        _server.Answers["/api/tags"] = $$"""{"models":[{{string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"name":"m{{i}}","digest":"{{i}}"}"""))}}]}""";
        await Look();
        Assert.InRange(_server.MostAtOnce, 1, 4);
        Assert.Equal(64 + 3, _server.TakeAsked().Count);
        await Look();
        Assert.Equal(36 + 3, _server.TakeAsked().Count);
        Assert.All((await Look()).Models!, model => Assert.Equal(2048, model.ContextLength));
    }

    [Theory]
    [InlineData("""{"details":{"family":"bert"}}""", ModelCapabilities.Embeddings)]
    [InlineData("""{"details":{"family":"llama"},"template":"{{ if .Tools }}"}""", ModelCapabilities.Chat | ModelCapabilities.Tools)]
    [InlineData("""{"details":{"family":"llama"},"projector_info":{}}""", ModelCapabilities.Chat | ModelCapabilities.Vision)]
    public async Task A_server_from_before_capabilities_lets_them_be_seen(string show, ModelCapabilities expected)
    {
        _server.Answers["/api/show"] = show;
        Assert.Equal(expected, (await Look()).Models![1].Capabilities);
    }

    [Fact]
    public async Task Without_its_list_there_is_only_a_reason()
    {
        _server.Answers.Remove("/api/tags");
        var look = await Look();
        Assert.Null(look.Models);
        Assert.Contains("/api/tags (404)", look.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_closes_its_own_API_is_described_by_the_usual_list()
    {
        _server.Answers.Clear();
        _server.Answers["/v1/models"] = """{"data":[{"id":"a","owned_by":"library","created":7}]}""";
        _server.Otherwise = (_, _) => null;
        var model = Assert.Single((await new DetectingClient().LookAsync(_server.Query, TestContext.Current.CancellationToken).OrHang()).Models!);
        Assert.Equal(new ServerModel("a") { OwnedBy = "library", Created = 7 }, model);
    }

    private Task<ServerLook> Look() => _client.LookAsync(_server.Query, TestContext.Current.CancellationToken).OrHang();
}
