using System.Text;
using RemoteLlm.Protocol.Dialects.Rerank;

namespace RemoteLlm.Protocol.Tests.Dialects.Rerank;

public sealed class RerankRequestTests
{
    [Fact]
    public void Documents_go_out_as_plain_strings_without_top_n_and_the_rest_is_left_alone()
    {
        var request = RerankText.Request(
            """{ "max_tokens_per_doc" : 512, "query":"q\u0041", "documents":["a\n", {"id":7,"text":"b","meta":{"text":"no"}}], "top_n":1, "model":"m", "return_documents":true, "x":{"top_n":[1, 2]} }""");

        Assert.Equal(
            """{"model":"m","query":"q\u0041","documents":["a\n","b"],"max_tokens_per_doc":512,"x":{"top_n":[1, 2]}}""",
            RerankText.Sent(request, RerankForm.Standard));
        Assert.Equal((2, 1, true), (request.DocumentCount, request.TopN, request.ReturnsDocuments));
    }

    [Theory]
    [InlineData("", ""","raw_scores":false""")]
    [InlineData(""","raw_scores":null,"truncate":null""", ""","raw_scores":false""")]
    [InlineData(""","truncate":true,"raw_scores":true,"truncation_direction":"Left","temperature":1""", ""","raw_scores":true,"truncate":true,"truncation_direction":"Left" """)]
    public void Text_embeddings_inference_gets_its_own_names_and_nothing_that_it_does_not_know(string said, string sent)
    {
        var request = RerankText.Request($$"""{"model":"m","query":"q","documents":["a",{"text":"b"}],"top_n":1,"return_documents":true{{said}}}""");

        Assert.Equal($$"""{"model":"m","query":"q","texts":["a","b"]{{sent.TrimEnd()}}}""", RerankText.Sent(request, RerankForm.Texts));
    }

    [Fact]
    public void A_client_may_speak_as_to_text_embeddings_inference()
    {
        var request = RerankText.Request("""{"model":"m","query":"q","texts":["a","b"],"return_text":true,"raw_scores":true,"top_k":1}""");

        Assert.Equal((2, 1, true), (request.DocumentCount, request.TopN, request.ReturnsDocuments));
        Assert.Equal("""{"model":"m","query":"q","documents":["a","b"],"raw_scores":true}""", RerankText.Sent(request, RerankForm.Standard));
    }

    [Theory]
    [InlineData("rerank", RerankForm.Standard, """{"model":"tiny-rank","query":"what","documents":["a cat","the dog runs","rain"]}""")]
    [InlineData("rerank-tei-form", RerankForm.Texts, """{"model":"tiny-rank","query":"what","texts":["a cat","the dog runs"],"raw_scores":false}""")]
    public void Requests_that_a_real_server_took_are_read(string name, RerankForm form, string sent) =>
        Assert.Equal(sent, RerankText.Sent(RerankText.Request(Encoding.UTF8.GetString(Recording.Read(name).RequestBody)), form));

    [Theory]
    [InlineData("0", 3)]
    [InlineData("-0", 3)]
    [InlineData("null", 3)]
    [InlineData("2", 2)]
    [InlineData("2.0", 2)]
    [InlineData("2e0", 2)]
    [InlineData("3", 3)]
    [InlineData("4", 3)]
    [InlineData("99999999999999999999", 3)]
    [InlineData("1e400", 3)]
    public void More_than_all_is_all_and_so_is_none(string topN, int results) =>
        Assert.Equal(results, RerankText.Request($$"""{"model":"m","query":"q","documents":["a","b","c"],"top_n":{{topN}}}""").TopN);

    [Fact]
    public void Of_duplicate_members_the_last_counts_however_its_name_is_written()
    {
        var request = RerankText.Request("""{"model":"m","query":"old","documents":["a","b"],"top_n":1,"qu\u0065ry":"new","documents":["c","d","e"],"t\u006Fp_n":2,"\ud800":1}""");

        Assert.Equal(2, request.TopN);
        Assert.Equal("""{"model":"m","query":"new","documents":["c","d","e"],"\ud800":1}""", RerankText.Sent(request, RerankForm.Standard));
    }

    [Theory]
    [InlineData("""{"model":"m","documents":["a"]}""", "missing_query", "query")]
    [InlineData("""{"model":"m","query":null,"documents":["a"]}""", "missing_query", "query")]
    [InlineData("""{"model":"m","query":"","documents":["a"]}""", "invalid_query", "query")]
    [InlineData("""{"model":"m","query":{"text":"q"},"documents":["a"]}""", "invalid_query", "query")]
    [InlineData("""{"model":"m","query":"q"}""", "missing_documents", "documents")]
    [InlineData("""{"model":"m","query":"q","documents":null}""", "missing_documents", "documents")]
    [InlineData("""{"model":"m","query":"q","documents":"a"}""", "invalid_documents", "documents")]
    [InlineData("""{"model":"m","query":"q","documents":{"text":"a"}}""", "invalid_documents", "documents")]
    [InlineData("""{"model":"m","query":"q","documents":[]}""", "invalid_documents", "documents")]
    [InlineData("""{"model":"m","query":"q","texts":[]}""", "invalid_documents", "texts")]
    [InlineData("""{"model":"m","query":"q","documents":["a",{"image":"http://x/"}]}""", "invalid_documents", "documents[1]")]
    [InlineData("""{"model":"m","query":"q","documents":["a",{"text":null}]}""", "invalid_documents", "documents[1]")]
    [InlineData("""{"model":"m","query":"q","texts":[["a"]]}""", "invalid_documents", "texts[0]")]
    [InlineData("""{"model":"m","query":"q","documents":[1]}""", "invalid_documents", "documents[0]")]
    [InlineData("""{"model":"m","query":"q","documents":["a"],"top_n":-1}""", "invalid_top_n", "top_n")]
    [InlineData("""{"model":"m","query":"q","documents":["a"],"top_n":1.5}""", "invalid_top_n", "top_n")]
    [InlineData("""{"model":"m","query":"q","documents":["a"],"top_n":-1e400}""", "invalid_top_n", "top_n")]
    [InlineData("""{"model":"m","query":"q","documents":["a"],"top_k":"1"}""", "invalid_top_n", "top_k")]
    [InlineData("""{"model":"m","query":"q","documents":["a"],"return_documents":1}""", "invalid_return_documents", "return_documents")]
    [InlineData("""{"query":"q","documents":["a"]}""", "missing_model", "model")]
    [InlineData("""["a"]""", "invalid_json", null)]
    [InlineData("""{"model":"m","query":"q","documents":["a"]""", "invalid_json", null)]
    [InlineData("""{"model":"m","query":"q","documents":["a"]}}""", "invalid_json", null)]
    [InlineData("", "invalid_json", null)]
    public void What_is_wrong_is_said_with_the_member(string body, string code, string? param)
    {
        Assert.Null(RerankRequest.TryRead(Encoding.UTF8.GetBytes(body), out var error));
        Assert.Equal((400, code, param), (error!.Status, error.Code, error.Param));
        Assert.EndsWith(".", error.Message);
    }

    [Fact]
    public void Ten_thousand_documents_are_the_most()
    {
        static string Body(int documents) => $$"""{"model":"m","query":"q","documents":[{{string.Join(',', Enumerable.Repeat("\"a\"", documents))}}]}""";

        Assert.Equal(10_000, RerankText.Request(Body(10_000)).DocumentCount);
        Assert.Null(RerankRequest.TryRead(Encoding.UTF8.GetBytes(Body(10_001)), out var error));
        Assert.Equal("too_many_documents", error!.Code);
    }

    [Fact]
    public void The_query_counts_once_for_each_document() =>
        Assert.Equal((3 * 3) + 3 + 4 + 5, RerankText.Request("""{"model":"m","query":"q","documents":["a","bb",{"text":"ccc"}]}""").PromptBytes);
}
