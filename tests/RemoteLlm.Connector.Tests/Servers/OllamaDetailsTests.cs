using System.Net;
using System.Text;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Tests.Servers;

public sealed class OllamaDetailsTests
{
    [Fact]
    public async Task What_the_server_says_of_its_models_is_put_together_by_name()
    {
        var details = await Fetch(
            """{"models":[{"name":"a:1","modified_at":"t","size":7,"digest":"d","details":{"format":"gguf","family":"f","parameter_size":"3B","quantization_level":"Q4"}},{"name":"b"},{"size":1},7]}""",
            """{"models":[{"name":"a:1","size_vram":5,"expires_at":"e"},{"name":"stranger"}]}""",
            """{"version":"0.9"}""");

        Assert.Equal(new OllamaModel("t", 7, "d", "gguf", "f", "3B", "Q4") { LoadedBytes = 5, ExpiresAt = "e" }, details.Models["a:1"]);
        Assert.Equal(["a:1", "b"], details.Models.Keys.Order());
        Assert.Equal("0.9", details.Version);
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("[]", "7", "null")]
    [InlineData("""{"models":{}}""", """{"models":null}""", """{"version":7}""")]
    [InlineData("""{"models":[{"name":"\ud800"}]}""", "{}", """{"version":"1"}""")]
    [InlineData("""{"models":[{"\ud800":"x","n\u0061me":"\udc00a"}]}""", "{}", """{"version":"1"}""")]
    public async Task What_cannot_be_read_is_left_out(string tags, string loaded, string version) => Assert.Empty((await Fetch(tags, loaded, version)).Models);

    private static async Task<OllamaDetails> Fetch(string tags, string loaded, string version)
    {
        using var client = new HttpMessageInvoker(new Answers(path => path switch { "/api/tags" => tags, "/api/ps" => loaded, _ => version }));
        return await OllamaDetails.Fetch(new ServerQuery(client, ServerAddress.Parse("http://localhost:11434"), null), TestContext.Current.CancellationToken);
    }

    private sealed class Answers(Func<string, string> body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body(request.RequestUri!.AbsolutePath), Encoding.UTF8, "application/json") });
    }
}
