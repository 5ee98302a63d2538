using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Protocol.Tests.Dialects.Json;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

public sealed class PromptEstimateTests
{
    private const long Message = (long)PromptWeights.TokensPerMessage;
    private const long Image = (long)PromptWeights.TokensPerImage;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string Payload = Convert.ToBase64String([.. Enumerable.Range(0, 3000).Select(i => (byte)(i * 7))]);

    private static readonly string Everything =
        """
        {"model":"m","messages":[{"role":"system","content":"Answer in Göteborg \u00fcber 漢字、カナ \ud83d\ude80 😀 привет.\n\n    camelCase [12];"},
        {"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,PAYLOAD"}}]},
        {"role":"assistant","tool_calls":[{"id":"call_0123456789","function":{"name":"f","arguments":"{\"x\": 1}"}}]},
        {"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"g","input":{"path":"a/b","lines":[1, 2]}}]}],
        "tools": [ {"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"x":{"type":"integer"}}}}} ],
        "temperature":0.5,"stop":["END"],"images":["PAYLOAD"]}
        """.Replace("PAYLOAD", Payload);

    [Fact]
    public void Any_split_gives_the_same_counts()
    {
        var documents = Enumerable.Range(0, 300).Select(seed => new RandomJson(seed).Document())
            .Concat(Enumerable.Range(0, 300).Select(seed => new RandomJson(seed).Spoil(new RandomJson(seed).Document())))
            .Append(Encoding.UTF8.GetBytes(Everything)).Append(Encoding.UTF8.GetBytes(Everything.Replace("\n", ""))).ToArray();
        for (var seed = 0; seed < documents.Length; seed++)
        {
            var whole = Counts(Observe(documents[seed]));
            var split = new PromptEstimate();
            foreach (var piece in new RandomJson(seed).Split(documents[seed]))
                split.Observe(piece);
            Assert.True(whole.SequenceEqual(Counts(split)), $"seed {seed}");
        }

        var every = Encoding.UTF8.GetBytes(Everything);
        var expected = Counts(Observe(every));
        for (var at = 0; at <= every.Length; at++)
        {
            var split = new PromptEstimate();
            split.Observe(every.AsSpan(0, at));
            split.Observe(every.AsSpan(at));
            Assert.True(expected.SequenceEqual(Counts(split)), $"split at {at}");
        }
    }

    [Fact]
    public void Each_class_of_characters_is_counted()
    {
        var features = Observe(Encoding.UTF8.GetBytes(Everything)).Features;
        Assert.Equal(4, features[PromptFeature.Messages]);
        Assert.Equal(1, features[PromptFeature.Tools]);
        Assert.Equal(2, features[PromptFeature.Images]);
        Assert.Equal(2, features[PromptFeature.Accents]);
        Assert.Equal(2, features[PromptFeature.Ideographs]);
        Assert.Equal(2, features[PromptFeature.Kana]);
        Assert.Equal(1, features[PromptFeature.WidePunctuation]);
        Assert.Equal(2, features[PromptFeature.Pictographs]);
        Assert.Equal(6, features[PromptFeature.OtherLetters]);
        Assert.Equal(2, features[PromptFeature.LineBreaks]);
        Assert.Equal(4, features[PromptFeature.ExtraSpaces]);
        Assert.Equal(5, features[PromptFeature.Digits]);
    }

    [Fact]
    public void Escapes_are_the_characters_that_they_are()
    {
        const string Text = "grüße\t\"漢字\"\n\\ カナ 🚀 привет / e\u0301";
        var escaped = "\"" + string.Concat(Text.Select(c => $"\\u{(int)c:x4}")) + "\"";
        var readable = JsonSerializer.Serialize(Text, Readable);
        Assert.Equal(Counts(Observe($$"""{"prompt":{{readable}}}""")), Counts(Observe($$"""{"prompt":{{escaped}}}""")));
    }

    [Theory]
    [InlineData("""{"model":"a-model-with-a-long-name","temperature":0.75,"stop":["a","b"],"metadata":{"text":"some words here"},"stream":true}""", 0)]
    [InlineData("""{"messages":[{"role":"user","content":""}]}""", 1)]
    [InlineData("""{"messages":[{"role":"user","content":""},{"role":"assistant","content":[{"type":"text","text":""}]}]}""", 2)]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_text","text":""}]}],"text":{"format":{"type":"json_schema","schema":{"title":"words"}}}}""", 1)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"thinking","thinking":"","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds"}]}]}""", 1)]
    public void Settings_and_labels_cost_nothing(string body, int messages) => Assert.Equal(messages * Message, Observe(body).Tokens);

    [Theory]
    [InlineData("""{"prompt":[1,22,333]}""", 3)]
    [InlineData("""{"input":[[1,22],[ 333 , 4 ]]}""", 4)]
    [InlineData("""{"input":["a","b"]}""", 3)]
    [InlineData("""{"context":[1,2,3],"prompt":""}""", 3)]
    public void A_prompt_may_be_given_as_tokens(string body, int tokens) => Assert.Equal(tokens, Observe(body).Tokens);

    [Fact]
    public void A_payload_is_one_image_whatever_its_size()
    {
        foreach (var payload in new[] { Payload, Payload + Payload + Payload, new string('A', 512) + "==", Payload.Replace("/", "\\/") })
        {
            Assert.Equal(Image, Observe($$"""{"images":["{{payload}}"]}""").Tokens);
            Assert.Equal(Image, Observe($$"""{"messages":{"content":{"source":{"type":"base64","media_type":"image/png","data":"{{payload}}"} } } }""").Tokens);
        }

        Assert.Equal(Image, Observe($$"""{"content":{"image_url":{"url":"data:image/png;base64,iVBORw0KGgo="} } }""").Tokens);
        Assert.Equal(Image, Observe("""{"content":["data:image/png;base64,iVBORw0KGgo="]}""").Tokens);
        Assert.Equal(Image, Observe("""{"content":{"image_url":"https://example.com/a/picture/of/a/cat.png"}}""").Tokens);
        Assert.InRange(Observe($$"""{"prompt":"what is in ![]({{Payload}}) here?"}""").Tokens, Image + 4, Image + 12);
        Assert.InRange(Observe("""{"prompt":"data: please tell me what, in short, base64 is"}""").Tokens, 8, 16);
        Assert.InRange(Observe($$"""{"prompt":"{{new string('A', 511)}}"}""").Tokens, 50, 200);
        Assert.InRange(Observe($$"""{"prompt":"{{new string('-', 5000)}}"}""").Tokens, 50, 2000);
    }

    [Fact]
    public void Tools_count_with_their_json()
    {
        var tool = """{"type":"function","function":{"name":"get_weather","description":"Get the weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}""";
        var one = Observe($$"""{"tools":[{{tool}}],"messages":[]}""").Tokens;
        Assert.InRange(one, 35, 75);
        Assert.InRange(Observe($$"""{"messages":[],"tools":[{{tool}},{{tool}}]}""").Tokens, (2 * one) - 3, (2 * one) + 3);
        Assert.Equal(one, Observe($$"""{"tools": [ {{tool.Replace(":", " :\n  ").Replace("{", "{  ")}} ] }""").Tokens);
    }

    [Theory]
    [InlineData("")]
    [InlineData("]]]}}}")]
    [InlineData("\"\\uD83D\\u")]
    [InlineData("{\"a\":\"\\uzzzz\"}")]
    public void Nonsense_gives_some_figure(string body) => Assert.InRange(Observe(body).Tokens, 0, 10);

    [Fact]
    public void Random_bytes_and_any_depth_give_some_figure()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var bytes = new byte[500];
            new Random(seed).NextBytes(bytes);
            Assert.True(Observe([.. "{\"prompt\":\""u8, .. bytes]).Tokens >= 0, $"seed {seed}");
        }

        Assert.Equal(2, Observe(new string('[', 1000) + "\"a\"" + new string(']', 1000) + ",\"b\"").Features[PromptFeature.Words]);
    }

    [Fact]
    public void Nothing_is_allocated_per_piece()
    {
        var bytes = Encoding.UTF8.GetBytes(Everything);
        var estimate = Observe(bytes);
        Assert.Equal(0, Allocations.OfARound(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                estimate.Observe(bytes.AsSpan(0, 99));
                estimate.Observe(bytes.AsSpan(99));
            }
        }));
    }

    private static PromptEstimate Observe(string body) => Observe(Encoding.UTF8.GetBytes(body));

    private static PromptEstimate Observe(byte[] body)
    {
        var estimate = new PromptEstimate();
        estimate.Observe(body);
        return estimate;
    }

    private static long[] Counts(PromptEstimate estimate) =>
        [.. Enumerable.Range(0, PromptFeatures.Count).Select(i => estimate.Features[(PromptFeature)i])];
}
