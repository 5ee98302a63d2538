using System.Text.Encodings.Web;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Rerank;

namespace RemoteLlm.Protocol.Tests.Dialects.Rerank;

public sealed class RerankProperties
{
    private static readonly int s_seed = Random.Shared.Next();

    [Fact]
    public void Any_servers_answer_comes_out_sorted_complete_and_with_the_documents_of_the_request()
    {
        var random = NewRandom();
        for (var round = 0; round < 3000; round++)
        {
            var draw = new Draw(random);
            var request = RerankText.Request(draw.Request());
            var answer = RerankText.Answer(request, draw.ServerAnswer());
            Assert.NotNull(answer);

            var results = RerankText.Json(answer).GetProperty("results").EnumerateArray().ToList();
            var expected = Enumerable.Range(0, draw.Scores.Length).OrderByDescending(i => double.Parse(draw.Scores[i])).Take(draw.WantedResults).ToList();
            Assert.Equal(expected, results.Select(result => result.GetProperty("index").GetInt32()));
            foreach (var (result, index) in results.Zip(expected))
            {
                Assert.Equal(draw.Scores[index], result.GetProperty("relevance_score").GetRawText());
                Assert.Equal(draw.ReturnsDocuments, result.TryGetProperty("document", out var document));
                if (draw.ReturnsDocuments)
                    Assert.True(JsonElement.DeepEquals(RerankText.Json(draw.ExpectedDocument(index)), document));
            }
        }
    }

    [Theory]
    [InlineData(RerankForm.Standard, "documents")]
    [InlineData(RerankForm.Texts, "texts")]
    public void What_is_sent_holds_the_query_and_every_text_in_its_place(RerankForm form, string member)
    {
        var random = NewRandom();
        for (var round = 0; round < 1000; round++)
        {
            var draw = new Draw(random);
            var sent = RerankText.Json(RerankText.Sent(RerankText.Request(draw.Request()), form));
            Assert.Equal("find \"it\"", sent.GetProperty("query").GetString());
            Assert.Equal(draw.Texts, sent.GetProperty(member).EnumerateArray().Select(text => text.GetString()));
            Assert.Equal(form == RerankForm.Standard, sent.TryGetProperty("priority", out _));
            Assert.False(sent.TryGetProperty("top_n", out _) || sent.TryGetProperty("top_k", out _));
        }
    }

    private static Random NewRandom()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {s_seed}");
        return new Random(s_seed);
    }

    /// <summary>One request and how a server scores it, in any of the forms that either may have.</summary>
    private sealed class Draw
    {
        private static readonly string[] Odd = ["1e400", "-1e400", "-0.0", "0", "0.50", "1E-7", "12345678901234567890123", "1e-999", "-1"];
        private static readonly string[] Letters = ["a", "ß", "漢", "😀", "\"", "\\", "\n", "}", "],", "{\"index\":0}", "\u2028", ""];
        private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        private readonly Random _random;
        private readonly string[] _documents;
        private readonly int _topN;

        public Draw(Random random)
        {
            _random = random;
            var count = random.Next(10) == 0 ? random.Next(1, 300) : random.Next(1, 8);
            Texts = [.. Enumerable.Range(0, count).Select(_ => string.Concat(random.GetItems(Letters, random.Next(5))))];
            Scores = [.. Texts.Select(_ => random.Next(3) == 0 ? random.GetItems(Odd, 1)[0] : JsonSerializer.Serialize((random.NextDouble() * 20) - 10))];
            _documents = [.. Texts.Select(text => random.Next(2) == 0 ? Quoted(text) : $$"""{"id":{{random.Next(9)}},"text":{{Quoted(text)}},"more":[{"text":"no"}]}""")];
            ReturnsDocuments = random.Next(2) == 0;
            _topN = random.Next(2) == 0 ? 0 : random.Next(count + 3);
        }

        public string[] Texts { get; }

        public string[] Scores { get; }

        public bool ReturnsDocuments { get; }

        public int WantedResults => _topN == 0 ? Texts.Length : Math.Min(_topN, Texts.Length);

        public string ExpectedDocument(int index) => _documents[index][0] == '"' ? $$"""{"text":{{_documents[index]}}}""" : _documents[index];

        public string Request()
        {
            var (documents, topN, returns) = _random.Next(3) switch
            {
                0 => ("documents", "top_n", "return_documents"),
                1 => ("texts", "top_n", "return_text"),
                _ => ("documents", "top_k", "return_documents"),
            };
            List<string> members = ["\"model\":\"m\"", "\"query\":\"find \\\"it\\\"\"", "\"priority\":1", $"\"{documents}\":[{string.Join(" , ", _documents)}]", $"\"{returns}\":{(ReturnsDocuments ? "true" : "false")}"];
            if (_topN > 0 || _random.Next(2) == 0)
                members.Add($"\"{topN}\":{_topN}");
            return Object(members);
        }

        public string ServerAnswer()
        {
            var form = _random.Next(6);
            var results = Scores.Select((score, i) => Result(form, i, score)).ToArray();
            _random.Shuffle(results);
            var list = $"[{string.Join(',', results)}]";
            return form switch
            {
                0 => list,
                1 => Object(["\"model\":\"x\"", "\"object\":\"list\"", "\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}", $"\"results\":{list}"]),
                2 => Object(["\"id\":\"rerank-7\"", "\"usage\":{\"total_tokens\":3}", $"\"results\":{list}"]),
                3 => Object([$"\"results\":{list}", "\"meta\":{\"billed_units\":{\"search_units\":1},\"tokens\":{\"input_tokens\":4}}"]),
                4 => Object(["\"object\":\"rerank\"", $"\"results\":{list}", "\"created\":1"]),
                _ => Object(["\"object\":\"list\"", $"\"data\":{list}", "\"usage\":{\"total_tokens\":3}"]),
            };
        }

        private string Result(int form, int index, string score)
        {
            List<string> members = [$"\"index\":{index}", $"\"{(form == 0 ? "score" : "relevance_score")}\":{score}"];
            if (form is 0 or 4 or 5)
                members.Add($"\"{(form == 0 ? "text" : "document")}\":{Quoted(Texts[index])}");
            if (form == 2)
                members.Add($"\"document\":{{\"text\":{Quoted(Texts[index])}}}");
            return Object(members);
        }

        private string Object(List<string> members)
        {
            var shuffled = members.ToArray();
            _random.Shuffle(shuffled);
            return "{ " + string.Join(", ", shuffled) + "}";
        }

        private string Quoted(string text) => JsonSerializer.Serialize(text, _random.Next(2) == 0 ? Readable : null);
    }
}
