using System.Text;
using System.Text.Json.Nodes;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Tests.Support;

namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>What is asked to have a cassette played.</summary>
internal static class CorpusRequest
{
    private const string StreamOptions = "stream_options";

    /// <summary>The plainest request that the cassette answers.</summary>
    public static HttpRequestMessage Plain(Cassette cassette) => SampleRequest.For(cassette.Request);

    /// <summary>The same, saying whether the stream is to have usage; null says nothing.</summary>
    public static async Task<HttpRequestMessage> WithUsage(Cassette cassette, bool? usage)
    {
        var request = Plain(cassette);
        var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync())!.AsObject();
        body.Remove(StreamOptions);
        if (usage is { } said)
            body[StreamOptions] = new JsonObject { ["include_usage"] = said };
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return request;
    }
}
