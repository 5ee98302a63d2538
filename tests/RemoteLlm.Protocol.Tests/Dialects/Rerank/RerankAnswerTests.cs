using System.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Rerank;

namespace RemoteLlm.Protocol.Tests.Dialects.Rerank;

public sealed class RerankAnswerTests
{
    private static readonly RerankRequest ThreeDocuments = RerankText.Request("""{"model":"m","query":"q","documents":["a","b","c"]}""");

    [Fact]
    public void The_answer_of_a_real_server_is_sorted_and_cut_and_keeps_its_digits()
    {
        var recording = Recording.Read("rerank");
        var request = RerankText.Request(Encoding.UTF8.GetString(recording.RequestBody));

        Assert.Equal(
            """{"id":"rerank-1","object":"list","model":"tiny-rank","results":[{"index":0,"relevance_score":-0.5962505340576172},{"index":2,"relevance_score":-0.5992491841316223}],"""
            + """ "usage":{"prompt_tokens":21,"total_tokens":21},"meta":{"tokens":{"input_tokens":21}}}""".TrimStart(),
            RerankText.Answer(request, Encoding.UTF8.GetString(recording.ResponseBody), out var usage));
        Assert.Equal(new RerankUsage(21, 21, 21, true), usage);
    }

    [Fact]
    public void A_real_bare_list_becomes_the_same_form_with_the_estimate_for_its_usage()
    {
        var recording = Recording.Read("rerank-tei-form");
        var request = RerankText.Request(Encoding.UTF8.GetString(recording.RequestBody));

        Assert.Equal(
            """{"id":"rerank-1","object":"list","model":"tiny-rank","results":[{"index":0,"relevance_score":-0.5962505340576172},{"index":1,"relevance_score":-0.6443522572517395}],"""
            + """ "usage":{"prompt_tokens":17,"total_tokens":17},"meta":{"tokens":{"input_tokens":17}}}""".TrimStart(),
            RerankText.Answer(request, Encoding.UTF8.GetString(recording.ResponseBody), out var usage, estimate: 17));
        Assert.Equal(new RerankUsage(17, 17, 17, false), usage);
    }

    [Theory]
    [InlineData("""{"id":"rerank-9","model":"x","usage":{"total_tokens":56},"results":[{"index":1,"document":{"text":"b","multi_modal":null},"relevance_score":0.9},{"index":0,"document":{"text":"a"},"relevance_score":0.1}]}""", "rerank-9", 56, 56, 56)]
    [InlineData("""{"model":"jina","object":"list","usage":{"total_tokens":38,"prompt_tokens":37},"results":[{"index":1,"relevance_score":0.9,"document":{"text":"b"}},{"index":0,"relevance_score":0.1}]}""", "rerank-1", 37, 38, 37)]
    [InlineData("""{"id":"07734bd2","results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}],"meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1},"tokens":{"input_tokens":12,"output_tokens":0}}}""", "07734bd2", 12, 12, 12)]
    [InlineData("""{"id":null,"object":"list","data":[{"index":1,"relevance_score":0.9,"document":"b"},{"index":0,"relevance_score":0.1}],"model":"rerank-2","usage":{"total_tokens":26}}""", "rerank-1", 26, 26, 26)]
    [InlineData("""{"object":"rerank","results":[{"relevance_score":0.9,"index":1,"document":null},{"relevance_score":0.1,"index":0}],"model":"bge","usage":{"prompt_tokens":9,"total_tokens":9},"id":"infinity-1","created":1}""", "infinity-1", 9, 9, 9)]
    [InlineData("""{"id":"","results":[{"index":1,"score":0.9},{"index":0,"score":0.1}],"usage":{"prompt_tokens":5,"total_tokens":6},"meta":{"tokens":{"input_tokens":4}}}""", "rerank-1", 5, 6, 4)]
    public void Every_servers_answer_becomes_one_form(string server, string id, int prompt, int total, int input)
    {
        Assert.Equal(
            $$$"""{"id":"{{{id}}}","object":"list","model":"m","results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}],"""
            + $$$$""" "usage":{"prompt_tokens":{{{{prompt}}}},"total_tokens":{{{{total}}}}},"meta":{"tokens":{"input_tokens":{{{{input}}}}}}}""".TrimStart(),
            RerankText.Answer(ThreeDocuments, server, out var usage, estimate: 1000));
        Assert.Equal(new RerankUsage(prompt, total, input, true), usage);
    }

    [Theory]
    [InlineData("""{"results":[{"index":0,"score":1}],"usage":{"prompt_tokens":0,"total_tokens":0}}""")]
    [InlineData("""{"results":[{"index":0,"score":1}],"usage":null,"meta":null}""")]
    [InlineData("""{"results":[{"index":0,"score":1}],"usage":[1],"meta":{"tokens":7}}""")]
    [InlineData("""{"results":[{"index":0,"score":1}],"usage":{"prompt_tokens":-3,"total_tokens":"5"},"meta":{"tokens":{"input_tokens":99999999999999999999}}}""")]
    public void Counts_that_are_none_are_estimated(string server)
    {
        Assert.NotNull(RerankText.Answer(ThreeDocuments, server, out var usage, estimate: 8));
        Assert.Equal(new RerankUsage(8, 8, 8, false), usage);
    }

    [Fact]
    public void Documents_come_back_as_the_client_sent_them()
    {
        var request = RerankText.Request("""{"model":"m","query":"q","documents":["\ud83d\u0065",{"id": 7, "text":"b"}],"return_documents":true}""");

        var answer = RerankText.Answer(request, """[{"index":0,"score":1,"text":"other"},{"index":1,"score":2}]""");
        Assert.Contains(
            """[{"index":1,"relevance_score":2,"document":{"id": 7, "text":"b"}},{"index":0,"relevance_score":1,"document":{"text":"\ud83d\u0065"}}]""",
            answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_that_were_not_asked_for_stay_away() =>
        Assert.DoesNotContain("document", RerankText.Answer(ThreeDocuments, """[{"index":0,"score":1,"text":"a","document":{"text":"a"}}]""")!, StringComparison.Ordinal);

    [Fact]
    public void Odd_numbers_sort_by_what_they_say_and_pass_as_they_are()
    {
        string[] best = ["1e400", "1e99999999999", "1E+308", "2.50", "1E-7", "1e-400", "0e99999999999", "1e-99999999999", "0", "-0.0", "-1e-7", "-1", "-99999999999999999999", "-1e400"];
        var request = RerankText.Request($$"""{"model":"m","query":"q","documents":[{{string.Join(',', best.Select((_, i) => $"\"{i}\""))}}]}""");
        var server = "[" + string.Join(',', best.Select((score, i) => $$"""{"index":{{i}},"score":{{score}}}""").Reverse()) + "]";

        using var answer = JsonDocument.Parse(RerankText.Answer(request, server)!);
        Assert.Equal(best, answer.RootElement.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("relevance_score").GetRawText()));
    }

    [Fact]
    public void A_document_of_megabytes_and_a_score_of_a_million_digits_pass()
    {
        var text = new string('x', 5 << 20);
        var score = "0." + new string('7', 1_000_000);
        var request = RerankText.Request($$"""{"model":"m","query":"q","documents":["{{text}}"],"return_documents":true}""");

        var result = RerankText.Json(RerankText.Answer(request, $$"""[{"index":0,"score":{{score}}}]""")!).GetProperty("results")[0];
        Assert.Equal(score, result.GetProperty("relevance_score").GetRawText());
        Assert.Equal(text, result.GetProperty("document").GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Internal Server Error")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"results":[]}""")]
    [InlineData("""{"results":{"index":0,"score":1}}""")]
    [InlineData("""{"results":[[0,1]]}""")]
    [InlineData("""{"results":[{"index":0,"score":1}]""")]
    [InlineData("""{"results":[{"index":0,"score":1}]} x""")]
    [InlineData("""[{"index":3,"score":1}]""")]
    [InlineData("""[{"index":-1,"score":1}]""")]
    [InlineData("""[{"index":4294967296,"score":1}]""")]
    [InlineData("""[{"index":0.5,"score":1}]""")]
    [InlineData("""[{"index":"0","score":1}]""")]
    [InlineData("""[{"score":1}]""")]
    [InlineData("""[{"index":0,"score":1},{"index":0,"score":2}]""")]
    [InlineData("""[{"index":0}]""")]
    [InlineData("""[{"index":0,"score":null}]""")]
    [InlineData("""[{"index":0,"score":"0.5"}]""")]
    [InlineData("""[{"index":0,"score":NaN}]""")]
    [InlineData("""{"error":{"message":"no","type":"x","code":1}}""")]
    public void What_cannot_be_understood_is_refused_and_nothing_is_written(string server) => Assert.Null(RerankText.Answer(ThreeDocuments, server));

    [Fact]
    public void Names_with_half_surrogates_do_not_disturb() =>
        Assert.NotNull(RerankText.Answer(ThreeDocuments, """{"\ud800":1,"results":[{"\udfff":2,"ind\u0065x":0,"score":1}]}"""));

    [Fact]
    public void An_id_of_ours_is_written_as_json()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Assert.True(RerankAnswer.TryWrite(ThreeDocuments, """[{"index":0,"score":1}]"""u8, "a\"b", output, out _));
        Assert.Equal("a\"b", RerankText.Json(Encoding.UTF8.GetString(output.WrittenSpan)).GetProperty("id").GetString());
    }
}
