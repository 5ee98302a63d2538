using System.Text;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Protocol.Tests.Dialects.Json;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

public sealed class UsageScannerTests
{
    [Theory]
    [InlineData("chat", 34, 24, 0, 0)]
    [InlineData("chat-stop", 29, 1, 0, 0)]
    [InlineData("chat-stream", 34, 24, 33, 24)]
    [InlineData("chat-stream-usage", 34, 24, 33, 24)]
    [InlineData("chat-json-schema", 30, 120, 11, 0)]
    [InlineData("completions", 3, 12, 0, 0)]
    [InlineData("completions-stream", 3, 12, 0, 12)]
    [InlineData("embeddings", 5, 0, 0, 0)]
    [InlineData("embeddings-base64", 2, 0, 0, 0)]
    [InlineData("logprobs", 29, 3, 10, 0)]
    [InlineData("rerank", 21, 0, 0, 0)]
    [InlineData("prompt-too-long", 1788, 4, 0, 0)]
    public void Finds_what_a_real_server_reported_however_its_bytes_are_split(string name, int prompt, int completion, int cached, int contentEvents)
    {
        var recording = Recording.Read(name);
        for (var seed = 0; seed < 200; seed++)
        {
            var scanner = new UsageScanner(recording.IsEventStream ? StreamFormat.ChatEvents : StreamFormat.None);
            foreach (var piece in seed == 0 ? [recording.ResponseBody] : new RandomJson(seed).Split(recording.ResponseBody))
                scanner.Observe(piece);
            Assert.Equal(new TokenUsage(prompt, completion, cached), scanner.Reported);
            Assert.Equal(contentEvents, scanner.ContentEvents);
            Assert.True(scanner.EndSeen);
        }
    }

    [Fact]
    public void An_error_has_no_usage() => Assert.Null(Scan(StreamFormat.None, Recording.Read("bad-json").ResponseBody).Reported);

    [Fact]
    public void A_real_request_is_read()
    {
        var scanner = new RequestScanner();
        Assert.Equal(RequestScanState.Complete, scanner.Scan(Recording.Read("chat-stream-usage").RequestBody));
        Assert.Equal(("tiny-llama", true, true), (scanner.Model, scanner.Stream, scanner.IncludeUsage));
    }

    [Theory]
    [InlineData("""{"usage":{"prompt_tokens":100,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":64,"audio_tokens":0},"completion_tokens_details":{"cached_tokens":1}}}""", 100, 7, 64)]
    [InlineData("""{ "usage" : { "completion_tokens" : 7 , "prompt_tokens" : 100 } }""", 100, 7, 0)]
    [InlineData("""{"usage":null,"timings":{"prompt_n":5,"predicted_n":3}}""", 5, 3, 0)]
    [InlineData("""{"timings":{"prompt_n":5,"predicted_n":3},"usage":{"prompt_tokens":8,"completion_tokens":3}}""", 8, 3, 3)]
    [InlineData("""{"choices":[{"usage":{"prompt_tokens":1}}],"usage":{"prompt_tokens":2,"nested":{"prompt_tokens":3}},"x":{"usage":{"prompt_tokens":4}}}""", 2, 0, 0)]
    [InlineData("""{"usage":{"prompt_tokens":2,"prompt_tokens_details":null,"completion_tokens":1}}""", 2, 1, 0)]
    [InlineData("""{"usage":{"prompt_tokens":2,"prompt_tokens_details":{"cached_tokens":5}}}""", 2, 0, 2)]
    public void Takes_the_top_level_usage_alone(string body, int prompt, int completion, int cached)
    {
        Assert.Equal(new TokenUsage(prompt, completion, cached), Scan(StreamFormat.None, Encoding.UTF8.GetBytes(body)).Reported);
        Assert.Equal(new TokenUsage(prompt, completion, cached), Scan(StreamFormat.ChatEvents, Encoding.UTF8.GetBytes($"data: {body}\n\n")).Reported);
    }

    [Theory]
    [InlineData("""{"usage":{}}""")]
    [InlineData("""{"usage":{"prompt_tokens":"7"}}""")]
    [InlineData("""{"usage":{"prompt_tokens":-7}}""")]
    [InlineData("""{"usage":{"prompt_tokens":7.5}}""")]
    [InlineData("""{"usage":{"prompt_tokens":99999999999999999999}}""")]
    [InlineData("""{"usage":[{"prompt_tokens":7}]}""")]
    [InlineData("""{"content":"{\"usage\":{\"prompt_tokens\":7}}"}""")]
    [InlineData("{\"usage\":{\"prompt_tokens\":1000000000001}}")]
    [InlineData("{\"usage\":{\"total_tokens\":1e3}}")]
    [InlineData("{\"usage\":{\"input_tokens\":null,\"output_tokens\":true}}")]
    [InlineData("not json {\"usage\":{\"prompt_tokens\":7}}")]
    public void Nonsense_is_no_usage(string body)
    {
        Assert.Null(Scan(StreamFormat.None, Encoding.UTF8.GetBytes(body)).Reported);
        Assert.Null(Scan(StreamFormat.ChatEvents, Encoding.UTF8.GetBytes($"data: {body}\n\n")).Reported);
    }

    [Fact]
    public void Without_usage_the_events_that_carry_content_are_counted()
    {
        var stream = Encoding.UTF8.GetBytes(string.Concat(
            """{"choices":[{"delta":{"role":"assistant","content":""}}],"usage":null}""",
            """{"choices":[{"delta":{"content":"a"}}]}""",
            """{"choices": [{"delta": {"content": "b"}}]}""",
            """{"choices":[{"delta":{"content":null,"reasoning_content":"hm"}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{\"x\""}}]}}]}""",
            """{"choices":[{"text":"c"}]}""",
            """{"choices":[{"delta":{},"finish_reason":"stop","note":"\"content\":\"x\""}]}""",
            "[DONE]").Replace("}{", "}\n\n{").Replace("[DONE]", "\n\n[DONE]").Split("\n\n").Select(e => $": c\r\nid: 1\r\ndata: {e}\r\n\r\n").Aggregate("", string.Concat));
        for (var split = 0; split <= stream.Length; split++)
        {
            var scanner = Scan(StreamFormat.ChatEvents, stream[..split], stream[split..]);
            Assert.Equal((5, null), (scanner.ContentEvents, scanner.Reported));
            Assert.Equal(new TokenUsage(0, 5, 0), scanner.Usage);
        }
    }

    [Fact]
    public void The_last_usage_counts_when_each_event_has_one()
    {
        var stream = string.Concat(Enumerable.Range(1, 9).Select(i => $$$"""data: {"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":{{{i}}}}}""" + "\n\n"));
        Assert.Equal(new TokenUsage(4, 9, 0), Scan(StreamFormat.ChatEvents, Encoding.UTF8.GetBytes(stream)).Reported);
    }

    [Fact]
    public void Nothing_is_allocated_per_event()
    {
        var stream = Recording.Read("chat-stream").ResponseBody;
        var scanner = Scan(StreamFormat.ChatEvents, stream);
        Assert.InRange(
            Allocations.OfARound(() =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    scanner.Observe(stream.AsSpan(0, 100));
                    scanner.Observe(stream.AsSpan(100));
                }
            }),
            0,
            1024);
    }

    private static UsageScanner Scan(StreamFormat format, params byte[][] pieces)
    {
        var scanner = new UsageScanner(format);
        foreach (var piece in pieces)
            scanner.Observe(piece);
        return scanner;
    }
}
