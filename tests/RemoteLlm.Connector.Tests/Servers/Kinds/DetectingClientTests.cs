using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Kinds;

public sealed class DetectingClientTests
{
    [Theory]
    [InlineData("""{"data":[{"id":"a","owned_by":"library"}]}""", ServerKind.Ollama)]
    [InlineData("""{"data":[{"id":"a","owned_by":"llamacpp"}]}""", ServerKind.LlamaCpp)]
    [InlineData("""{"data":[{"id":"a","owned_by":"vllm"}]}""", ServerKind.Vllm)]
    [InlineData("""{"data":[{"id":"a","owned_by":"organization_owner"}]}""", ServerKind.LmStudio)]
    [InlineData("""{"data":[{"id":"a","top_provider":{},"pricing":{}}]}""", ServerKind.OpenRouter)]
    [InlineData("""{"data":[{"id":"a","owned_by":"openai"}]}""", ServerKind.Generic)]
    [InlineData("""{"data":[{"id":"a"},{"id":"b","owned_by":"vllm"}]}""", ServerKind.Vllm)]
    public async Task The_list_tells(string list, ServerKind expected)
    {
        var server = new FakeServer { Answers = { ["/v1/models"] = list } };
        var look = await Look(server);
        Assert.Equal((expected, null), (look.Kind, look.Error));
        Assert.NotEmpty(look.Models!);
    }

    [Theory]
    [InlineData("https://api.openai.com/v1", ServerKind.OpenAi)]
    [InlineData("https://openrouter.ai/api/v1", ServerKind.OpenRouter)]
    [InlineData("https://evilopenai.com", ServerKind.Generic)]
    [InlineData("https://openai.com.example", ServerKind.Generic)]
    public async Task A_cloud_is_known_by_its_name(string address, ServerKind expected)
    {
        var list = """{"data":[{"id":"gpt-4o","owned_by":"system"}]}""";
        Assert.Equal(expected, (await Look(new FakeServer(address) { Answers = { ["/v1/models"] = list, ["/api/v1/models"] = list } })).Kind);
    }

    [Fact]
    public async Task Llama_server_is_known_by_its_header_even_while_it_loads()
    {
        var look = await Look(new FakeServer(software: "llama.cpp") { Answers = { ["/v1/models"] = "503 {}" } });
        Assert.Equal(ServerKind.LlamaCpp, look.Kind);
        Assert.Contains("is loading its model", look.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ollama_with_models_of_others_or_with_none_is_asked_for_its_version()
    {
        var server = new FakeServer { Answers = { ["/v1/models"] = """{"data":[{"id":"hf.co/org/model:Q4_K_M","owned_by":"org"}]}""", ["/api/version"] = """{"version":"0.12"}""" } };
        Assert.Equal(ServerKind.Ollama, (await Look(server)).Kind);
        server.Answers["/v1/models"] = """{"data":null}""";
        Assert.Equal(ServerKind.Ollama, (await Look(server)).Kind);
        server.Answers.Remove("/api/version");
        Assert.Equal(ServerKind.Generic, (await Look(server)).Kind);
        server.Answers["/api/v0/models"] = """{"data":[]}""";
        Assert.Equal(ServerKind.LmStudio, (await Look(server)).Kind);
    }

    [Fact]
    public async Task Another_server_at_the_same_place_is_noticed()
    {
        var server = new FakeServer { Answers = { ["/v1/models"] = """{"data":[{"id":"a","owned_by":"library"}]}""" } };
        var client = new DetectingClient();
        await client.LookAsync(server.Query, TestContext.Current.CancellationToken).OrHang();
        Assert.Equal(ServerKind.Ollama, client.Kind);
        server.Answers["/v1/models"] = """{"data":[{"id":"a","owned_by":"vllm"}]}""";
        Assert.Equal(ServerKind.Vllm, (await client.LookAsync(server.Query, TestContext.Current.CancellationToken).OrHang()).Kind);
        Assert.Equal(ServerKind.Vllm, client.Kind);
    }

    [Fact]
    public async Task A_generic_server_is_asked_one_question_only()
    {
        var server = new FakeServer { Answers = { ["/v1/models"] = """{"data":[{"id":"a"},{"id":"b:c"}]}""" } };
        await Look(server);
        Assert.Equal(["GET /v1/models"], server.TakeAsked());
    }

    private static Task<ServerLook> Look(FakeServer server) => new DetectingClient().LookAsync(server.Query, TestContext.Current.CancellationToken).OrHang();
}
