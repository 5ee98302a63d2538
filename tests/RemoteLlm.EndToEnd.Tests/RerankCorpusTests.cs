using System.Globalization;
using System.Text.Json;
using RemoteLlm.EndToEnd.Tests.Corpus;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Recording;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>Rankings: whatever form the server has, and by whatever path it is asked, the client receives one form, worked out here from the server's answer a second time.</summary>
public sealed class RerankCorpusTests
{
    private const string LackingTexts = "Failed to deserialize the JSON body into the target type: missing field `texts` at line 1 column 70";

    public static TheoryData<string> Rankings => [.. CorpusCassettes.Relayed.Where(cassette => CorpusCassettes.IsRerank(cassette) && cassette.Response.Status == 200).Select(cassette => cassette.Name)];

    [Theory]
    [MemberData(nameof(Rankings))]
    public async Task Ranking_has_one_form_whatever_the_server_and_the_path(string name)
    {
        var cassette = CorpusCassettes.Named(name);
        var server = JsonElement.Parse(MaskedChunks.Join(cassette.Response.Chunks));
        await using var llm = new ScriptedLlmServer(Play(cassette, server)) { Models = [cassette.Request.Model!] };
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { WithoutConnector = true });
        await cluster.StartConnector();
        await cluster.UntilServed(cassette.Request.Model!);

        var rerank = ApiEndpoints.All.Single(endpoint => endpoint.Role == EndpointRole.Rerank);
        foreach (var path in rerank.Aliases.Append(rerank.Path))
        {
            await Check(topN: null, documents: false);
            await Check(topN: 1, documents: true);

            async Task Check(int? topN, bool documents)
            {
                using var answer = await cluster.Client.Post(path, Question(cassette.Request.Model!, topN, documents));
                Assert.Equal(200, (int)answer.StatusCode);
                Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
                CheckForm(await answer.Json(), cassette.Request.Model!);
                CheckResults((await answer.Json()).GetProperty("results"), server, topN, documents);
                CheckUsage(await answer.Json(), server);
            }
        }
    }

    [Fact]
    public void Corpus_has_the_forms_of_five_servers() => Assert.InRange(Rankings.Count, 5, int.MaxValue);

    [Fact]
    public async Task Server_without_rerank_is_said_to_lack_it()
    {
        await using var llm = new ScriptedLlmServer(exchange => exchange.SendJson("404 page not found", 404));
        await using var cluster = await Cluster.Start(llm.Url);

        using var answer = await cluster.Client.Post("v2/rerank", Question("test-model", topN: null, documents: false));

        await ErrorAssert.Is(answer, 404, "invalid_request_error", "endpoint_not_served");
        Assert.Equal(["/v1/rerank", "/rerank"], llm.Requests.Select(request => request.Path));
    }

    // A server of the bare form knows one path and asks for texts; the others know the usual path.
    private static LlmScript Play(Cassette cassette, JsonElement server) => exchange =>
    {
        var isBare = server.ValueKind == JsonValueKind.Array;
        if (isBare && exchange.Request.Path != "/rerank")
            return exchange.SendJson("", 404);
        var question = JsonElement.Parse(exchange.Request.Body.Span);
        if (isBare && !question.TryGetProperty("texts", out _))
            return exchange.SendJson(LackingTexts, 422);
        Assert.Equal(Texts, question.GetProperty(isBare ? "texts" : "documents").EnumerateArray().Select(text => text.GetString()!));
        Assert.Equal("what", question.GetProperty("query").GetString());
        return exchange.SendJson(server.GetRawText(), cassette.Response.Status);
    };

    private static string[] Texts => ["a cat", "the dog \u00fcber all", "rain"];

    private static string Question(string model, int? topN, bool documents)
    {
        var question = new Dictionary<string, object>(StringComparer.Ordinal) { ["model"] = model, ["query"] = "what", ["documents"] = Texts };
        if (topN is { } most)
            question["top_n"] = most;
        if (documents)
            question["return_documents"] = true;
        return JsonSerializer.Serialize(question);
    }

    private static void CheckForm(JsonElement answer, string model)
    {
        Assert.Equal(["id", "meta", "model", "object", "results", "usage"], answer.EnumerateObject().Select(member => member.Name).Order());
        Assert.NotEmpty(answer.GetProperty("id").GetString()!);
        Assert.Equal(("list", model), (answer.GetProperty("object").GetString(), answer.GetProperty("model").GetString()));
    }

    private static void CheckResults(JsonElement results, JsonElement server, int? topN, bool documents)
    {
        var list = server.ValueKind == JsonValueKind.Array ? server : server.GetProperty("results");
        var expected = list.EnumerateArray()
            .Select(result => (Index: result.GetProperty("index").GetInt32(), Score: Score(result).GetRawText()))
            .OrderByDescending(result => double.Parse(result.Score, CultureInfo.InvariantCulture))
            .Take(topN ?? int.MaxValue);

        Assert.Equal(expected, results.EnumerateArray().Select(result => (result.GetProperty("index").GetInt32(), result.GetProperty("relevance_score").GetRawText())));
        foreach (var result in results.EnumerateArray())
        {
            Assert.Equal(documents, result.TryGetProperty("document", out var document));
            if (documents)
                Assert.Equal(Texts[result.GetProperty("index").GetInt32()], document.GetProperty("text").GetString());
        }
    }

    private static JsonElement Score(JsonElement result) => result.TryGetProperty("relevance_score", out var score) ? score : result.GetProperty("score");

    // Who reports nothing has it estimated.
    private static void CheckUsage(JsonElement answer, JsonElement server)
    {
        var usage = answer.GetProperty("usage");
        var counts = (usage.GetProperty("prompt_tokens").GetInt64(), usage.GetProperty("total_tokens").GetInt64(), answer.GetProperty("meta").GetProperty("tokens").GetProperty("input_tokens").GetInt64());
        if (server.ValueKind == JsonValueKind.Object && server.TryGetProperty("usage", out var reported))
        {
            var total = reported.GetProperty("total_tokens").GetInt64();
            Assert.Equal((total, total, total), counts);
        }
        else
        {
            Assert.InRange(counts.Item1, 1, 100);
            Assert.Equal((counts.Item1, counts.Item1), (counts.Item2, counts.Item3));
        }
    }
}
