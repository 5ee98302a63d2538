using System.Text;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

/// <summary>Usage as each dialect gives it, whole and at every split.</summary>
public sealed class UsageDialectTests
{
    [Theory]
    // Jina
    [InlineData("""{"object":"list","usage":{"total_tokens":15}}""", 15, 0, 0)]
    [InlineData("""{"usage":{"total_tokens":15,"completion_tokens":4}}""", 11, 4, 0)]
    [InlineData("""{"usage":{"total_tokens":3,"completion_tokens":4}}""", 0, 4, 0)]
    // llama.cpp
    [InlineData("""{"timings":{"cache_n":30,"prompt_n":5,"predicted_n":3}}""", 35, 3, 30)]
    [InlineData("""{"usage":{"prompt_tokens":36,"completion_tokens":3},"timings":{"cache_n":30,"prompt_n":6,"predicted_n":3}}""", 36, 3, 30)]
    // OpenAI: Responses, transcriptions, images
    [InlineData("""{"object":"response","output":[{"content":[{"text":"hi"}]}],"usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":20},"output_tokens":87,"output_tokens_details":{"reasoning_tokens":9},"total_tokens":123}}""", 36, 87, 20)]
    [InlineData("""{"text":"hi","usage":{"type":"tokens","input_tokens":14,"input_token_details":{"audio_tokens":14},"output_tokens":45,"total_tokens":59}}""", 14, 45, 0)]
    // Anthropic
    [InlineData("""{"type":"message","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":25}}""", 10, 25, 0)]
    [InlineData("""{"type":"message","usage":{"cache_creation_input_tokens":100,"cache_read_input_tokens":1000,"cache_creation":{"ephemeral_5m_input_tokens":100},"input_tokens":10,"output_tokens":25}}""", 1110, 25, 1000)]
    // A gateway that speaks OpenAI's dialect to Anthropic's models
    [InlineData("""{"usage":{"prompt_tokens":1110,"completion_tokens":25,"cache_read_input_tokens":1000,"prompt_tokens_details":{"cached_tokens":1000}}}""", 1110, 25, 1000)]
    // Ollama
    [InlineData("""{"model":"m","message":{"role":"assistant","content":"hi"},"done":true,"prompt_eval_count":26,"eval_count":298}""", 26, 298, 0)]
    [InlineData("""{"model":"m","response":"hi","done":true,"context":[1,2,3],"eval_count":298}""", 0, 298, 0)]
    [InlineData("""{"model":"m","embeddings":[[0.1,-1e-3]],"prompt_eval_count":8}""", 8, 0, 0)]
    // Cohere
    [InlineData("""{"results":[{"index":0}],"meta":{"billed_units":{"search_units":1,"input_tokens":7}}}""", 7, 0, 0)]
    [InlineData("""{"meta":{"billed_units":{"input_tokens":7},"tokens":{"input_tokens":9,"output_tokens":0}}}""", 9, 0, 0)]
    [InlineData("""{"meta":{"tokens":{"input_tokens":9},"billed_units":{"input_tokens":7}}}""", 9, 0, 0)]
    // Huge, and in the wrong places
    [InlineData("""{"usage":{"input_tokens":1000000000000,"cache_read_input_tokens":1000000000000,"cache_creation_input_tokens":9223372036854775807,"output_tokens":-1}}""", 2_000_000_000_000, 0, 1_000_000_000_000)]
    [InlineData("""{"output":[{"usage":{"input_tokens":1}}],"message":{"usage":{"output_tokens":3},"x":{"usage":{"input_tokens":2}}}}""", 0, 3, 0)]
    public void A_body_tells_its_usage(string body, long prompt, long completion, long cached)
    {
        foreach (var scanner in AllSplits(StreamFormat.None, body))
            Assert.Equal(new TokenUsage(prompt, completion, cached), scanner.Reported);
    }

    [Fact]
    public void Anthropics_first_event_tells_the_prompt_and_its_last_the_answer()
    {
        const string Stream = """
            event: message_start
            data: {"type":"message_start","message":{"id":"m","content":[],"stop_reason":null,"usage":{"input_tokens":25,"cache_read_input_tokens":7,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: ping
            data: {"type": "ping"}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"Eq"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hello"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"usage\":"}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":15}}

            event: message_stop
            data: {"type":"message_stop"}


            """;
        foreach (var scanner in AllSplits(StreamFormat.MessageEvents, Stream))
            Assert.Equal((new TokenUsage(32, 15, 7), 3, true), (scanner.Reported, scanner.ContentEvents, scanner.EndSeen));
        Assert.Equal(new TokenUsage(32, 1, 7), Scan(StreamFormat.MessageEvents, Stream[..Stream.IndexOf("event: ping", StringComparison.Ordinal)]).Reported);
    }

    [Fact]
    public void The_responses_api_tells_it_with_the_last_event()
    {
        const string Stream = """
            event: response.created
            data: {"type":"response.created","response":{"id":"r","status":"in_progress","error":null,"output":[],"usage":null}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","delta":"Hi \"usage\"","sequence_number":4}

            event: response.function_call_arguments.delta
            data: {"type":"response.function_call_arguments.delta","delta":"{\"type\":\"response.completed\"}"}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","delta":""}

            event: response.output_text.done
            data: {"type":"response.output_text.done","text":"Hi"}

            event: response.completed
            data: {"type":"response.completed","response":{"status":"completed","output":[{"content":[{"text":"Hi","delta":"x"}]}],"usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":20},"output_tokens":2,"total_tokens":38}}}


            """;
        foreach (var scanner in AllSplits(StreamFormat.ResponseEvents, Stream))
            Assert.Equal((new TokenUsage(36, 2, 20), 2, true), (scanner.Reported, scanner.ContentEvents, scanner.EndSeen));
        Assert.False(Scan(StreamFormat.ResponseEvents, Stream[..Stream.IndexOf("event: response.completed", StringComparison.Ordinal)]).EndSeen);
    }

    [Fact]
    public void Transcripts_and_images_tell_it_with_their_last_event()
    {
        const string Stream = """
            data: {"type":"transcript.text.delta","delta":"I"}

            data: {"type":"transcript.text.done","text":"I see","usage":{"type":"tokens","input_tokens":14,"output_tokens":45,"total_tokens":59}}


            """;
        foreach (var scanner in AllSplits(StreamFormat.OtherEvents, Stream))
            Assert.Equal((new TokenUsage(14, 45, 0), 1, true), (scanner.Reported, scanner.ContentEvents, scanner.EndSeen));
    }

    [Theory]
    [InlineData("\n", "\n")]
    [InlineData("\r\n", "")]
    public void Ollama_tells_it_with_the_last_line(string lineEnd, string last)
    {
        var stream = """
            {"model":"m","message":{"role":"assistant","content":"Hi"},"done":false}
            {"model":"m","message":{"role":"assistant","content":"","thinking":"hm"},"done":false}
            {"model":"m","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{}}}]},"done":false}
            {"model":"m","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments": { "done":true}}},{"function":{"arguments":{"x":{}}}}]},"done":false}

            {"model":"m","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"prompt_eval_count":26,"eval_count":3}
            """.Replace("\n", lineEnd) + last;
        foreach (var scanner in AllSplits(StreamFormat.ChatLines, stream))
            Assert.Equal((new TokenUsage(26, 3, 0), 3, true), (scanner.Reported, scanner.ContentEvents, scanner.EndSeen));
        Assert.False(Scan(StreamFormat.ChatLines, stream[..^10]).EndSeen);
    }

    [Fact]
    public void Ollamas_completion_is_counted_by_its_response()
    {
        const string Stream = "{\"response\":\"a\",\"done\":false}\n{\"response\":\"\",\"thinking\":\"b\"}\n{\"response\":\"\",\"done\":true,\"eval_count\":2}\n";
        foreach (var scanner in AllSplits(StreamFormat.GenerateLines, Stream))
            Assert.Equal((new TokenUsage(0, 2, 0), 2, true), (scanner.Reported, scanner.ContentEvents, scanner.EndSeen));
    }

    [Fact]
    public void A_refusal_is_content() => Assert.Equal(1, Scan(StreamFormat.ChatEvents, """data: {"choices":[{"delta":{"content":null,"refusal":"No"}}]}""" + "\n\n").ContentEvents);

    private static IEnumerable<UsageScanner> AllSplits(StreamFormat format, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var scanner = new UsageScanner(format);
            scanner.Observe(bytes.AsSpan(0, split));
            scanner.Observe(bytes.AsSpan(split));
            yield return scanner;
        }

        var byByte = new UsageScanner(format);
        for (var i = 0; i < bytes.Length; i++)
            byByte.Observe(bytes.AsSpan(i, 1));
        yield return byByte;
    }

    private static UsageScanner Scan(StreamFormat format, string text)
    {
        var scanner = new UsageScanner(format);
        scanner.Observe(Encoding.UTF8.GetBytes(text));
        return scanner;
    }
}
