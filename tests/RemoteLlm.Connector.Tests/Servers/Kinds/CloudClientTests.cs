using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Kinds;

public sealed class CloudClientTests
{
    private const string Router = """
        {"data":[
        {"id":"anthropic/claude-sonnet-4.5","created":1759161676,"context_length":200000,"architecture":{"input_modalities":["text","image"],"output_modalities":["text"]},
        "pricing":{"prompt":"0.000003","completion":"0.000015","request":"0","input_cache_read":"0.0000003"},"top_provider":{"context_length":1000000},"supported_parameters":["max_tokens","tools"]},
        {"id":"openrouter/auto","context_length":2000000,"architecture":{"input_modalities":["text"],"output_modalities":["text"]},"pricing":{"prompt":"-1","completion":"-1"},"top_provider":{"context_length":null}},
        {"id":"free/model:free","context_length":null,"top_provider":{"context_length":32768},"architecture":{"input_modalities":["text"]},"pricing":{"prompt":"0","completion":"0"}},
        {"id":"image/maker","architecture":{"output_modalities":["image"]},"pricing":{"prompt":7,"completion":"x"}}]}
        """;

    [Fact]
    public async Task OpenRouters_list_tells_prices_and_what_a_model_can()
    {
        var models = (await Look(new OpenRouterClient(), Router)).Models!;
        Assert.Equal(["anthropic/claude-sonnet-4.5", "free/model:free", "image/maker", "openrouter/auto"], models.Select(model => model.Id));
        Assert.Equal(ModelCapabilities.Chat | ModelCapabilities.Vision | ModelCapabilities.Tools, models[0].Capabilities);
        Assert.Equal((1_000_000, new ModelPrice(3m, 0.3m, 15m)), (models[0].ContextLength, models[0].Price));
        Assert.Equal((32_768, new ModelPrice(0, null, 0), ModelCapabilities.Chat), (models[1].ContextLength, models[1].Price, models[1].Capabilities));
        Assert.Equal((null, null, ModelCapabilities.None), (models[2].ContextLength, models[2].Price, models[2].Capabilities));
        Assert.Equal((2_000_000, null), (models[3].ContextLength, models[3].Price));
    }

    [Fact]
    public async Task What_OpenAI_does_not_tell_is_known()
    {
        var look = await Look(new OpenAiClient(), """{"data":[{"id":"gpt-4o-mini","created":1721172741,"owned_by":"system"},{"id":"new-thing"}]}""");
        Assert.Equal(128_000, look.Models![0].ContextLength);
        Assert.Equal(new ServerModel("new-thing"), look.Models[1]);
    }

    [Theory]
    [InlineData("https://api.groq.com", 128_000)]
    [InlineData("http://gpu.lan:4000", null)]
    public async Task A_name_is_believed_in_a_cloud_but_not_at_home(string address, int? context) =>
        Assert.Equal(context, (await Look(new GenericClient(), """{"data":[{"id":"gpt-4o"}]}""", address)).Models![0].ContextLength);

    [Theory]
    [InlineData("max_model_len")]
    [InlineData("context_length")]
    [InlineData("context_window")]
    [InlineData("max_context_length")]
    public async Task What_the_list_says_of_the_context_is_taken(string member) =>
        Assert.Equal(4096, (await Look(new GenericClient(), $$"""{"data":[{"id":"gpt-4o","{{member}}":4096}]}""")).Models![0].ContextLength);

    [Fact]
    public async Task Mistrals_capabilities_are_read() => Assert.Equal(
        ModelCapabilities.Chat | ModelCapabilities.Tools,
        (await Look(new GenericClient(), """{"data":[{"id":"m","capabilities":{"completion_chat":true,"function_calling":true,"vision":false}}]}""")).Models![0].Capabilities);

    private static Task<ServerLook> Look(IServerClient client, string list, string address = "https://cloud.example") =>
        client.LookAsync(new FakeServer(address) { Answers = { ["/v1/models"] = list } }.Query, TestContext.Current.CancellationToken).OrHang();
}
