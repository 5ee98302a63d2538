using System.Text;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Testing;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class ModelListingTests : IDisposable
{
    private static readonly ServerAddress Somewhere = ServerAddress.Parse("http://gpu");

    private readonly LlmHttpClient _client = new(new LlmServerOptions { Url = "http://gpu" }.ToEntry());

    [Theory]
    [InlineData("""{"object":"list","data":[{"id":"b","object":"model"},{"id":"a","meta":{"n_params":1}},{"id":"b"}]}""", "a,b")]
    [InlineData("""{"models":[{"name":"llama3:8b","model":"llama3:8b"}]}""", "llama3:8b")]
    [InlineData("""{"models":[{"name":"x"}],"data":[{"id":"y"}]}""", "y")]
    [InlineData("""[{"id":"a"},"b"]""", "a,b")]
    [InlineData("""{"data":[]}""", "")]
    [InlineData("""{"data":null}""", "")]
    [InlineData("""{"data":[{"id":""},{"id":7},null,{"no":"id"},{"id":"a\nb"},{"id":"\ud800"},{"\ud800":1},{"id":"ok"}]}""", "ok")]
    public void Reads_every_servers_form(string body, string models) =>
        Assert.Equal(models, string.Join(',', ModelListing.Read(Encoding.UTF8.GetBytes(body), Somewhere).Models!.Select(model => model.Id)));

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("""{"data":{"id":"a"}}""")]
    public void What_is_no_list_is_said_in_a_sentence(string body) =>
        Assert.Contains("not a list of models", ModelListing.Read(Encoding.UTF8.GetBytes(body), Somewhere).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData(401, LlmServerOptions.ApiKeyVariable)]
    [InlineData(404, "base URL")]
    [InlineData(503, "loading")]
    [InlineData(302, "302")]
    public async Task A_refusal_says_what_to_do(int status, string advice)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("{}", status)) { Models = null };
        Assert.Contains(advice, (await Fetch(llm)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sends_the_servers_own_key_and_asks_to_close_the_connection()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json("""{"data":[{"id":"a"}]}""")) { Models = null };
        Assert.Equal(["a"], (await Fetch(llm, "sk-own")).Models!.Select(model => model.Id));
        var request = Assert.Single(llm.Requests);
        Assert.Equal(("GET", "/v1/models", "Bearer sk-own", true), (request.Method, request.Path, request["authorization"], request.WantsClose));
    }

    [Fact]
    public async Task An_endless_list_is_given_up()
    {
        await using var llm = new ScriptedLlmServer(async exchange =>
        {
            await exchange.SendHeaders(contentType: "application/json");
            while (!exchange.PeerGone.IsCancellationRequested)
                await exchange.SendChunk(new byte[64 * 1024]);
        })
        { Models = null };
        Assert.Contains("more than 4 MiB", (await Fetch(llm)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_garbage_and_a_refusal_are_values()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Garbage()) { Models = null };
        Assert.Contains("cannot be reached", (await Fetch(llm)).Error, StringComparison.Ordinal);

        llm.Script = async exchange =>
        {
            await exchange.SendHeaders();
            await exchange.SendChunk("{");
            exchange.Close();
        };
        Assert.NotNull((await Fetch(llm)).Error);

        llm.Refuse();
        Assert.Contains("Is the LLM server running", (await Fetch(llm)).Error, StringComparison.Ordinal);
    }

    public void Dispose() => _client.Dispose();

    private Task<ModelListing> Fetch(ScriptedLlmServer llm, string? apiKey = null) =>
        ModelListing.Fetch(new ServerQuery(_client.Pooled, ServerAddress.Parse(llm.Url.AbsoluteUri)) { ApiKey = apiKey }, TestContext.Current.CancellationToken).OrHang();
}
