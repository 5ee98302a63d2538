using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Protocol.Tests.Dialects.Streams;

/// <summary>The streams whose events have names: OpenAI's responses and Anthropic's messages.</summary>
public sealed class NamedEventsTests
{
    private static readonly string[] s_responses =
    [
        Event("response.created", """{"type":"response.created","sequence_number":0,"response":{"id":"resp_a1","object":"response","output":[]}}"""),
        Event("response.in_progress", """{"type":"response.in_progress","sequence_number":1,"response":{"id":"resp_a1"}}"""),
        Event("response.output_item.added", """{"type":"response.output_item.added","item":{"id":"msg_1","content":[]}}"""),
        Event("response.output_text.delta", """{"type":"response.output_text.delta","delta":"Grüße \"漢\" \ud83d\ude00\\"}"""),
        Event("response.completed", """{"type":"response.completed","response":{"id":"resp_a1","usage":{"input_tokens":1}}}"""),
    ];

    private static readonly string[] s_messages =
    [
        Event("message_start", """{"type":"message_start","message":{"id":"msg_1","content":[],"usage":{"input_tokens":9}}}"""),
        ": comment\n\n",
        Event("ping", """{"type":"ping"}"""),
        Event("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße \"漢\"\n"}}"""),
        Event("message_delta", """{"type":"message_delta","usage":{"output_tokens":-1.5e3}}"""),
        Event("message_stop", """{"type":"message_stop"}"""),
    ];

    [Theory]
    [InlineData(StreamFormat.ResponseEvents)]
    [InlineData(StreamFormat.MessageEvents)]
    public void Cut_at_any_byte_each_event_is_json_and_the_last_is_the_error(StreamFormat format)
    {
        var stream = Encoding.UTF8.GetBytes(string.Concat(Events(format)));
        var whole = EventStreamText.Read(stream);
        for (var cut = 0; cut < stream.Length; cut++)
        {
            var tracker = Track(format, stream[..cut]);
            Assert.False(tracker.DoneSeen, $"cut {cut}");
            var events = EventStreamText.Read(Interrupted(format, stream[..cut]));
            Assert.Equal(whole.Take(events.Count - 1), events.SkipLast(1));
            AssertIsError(format, events[^1], cut);
        }

        Assert.True(Track(format, stream).DoneSeen);
        Assert.Equal(stream, Interrupted(format, stream));
    }

    [Theory]
    [InlineData(StreamFormat.ResponseEvents)]
    [InlineData(StreamFormat.MessageEvents)]
    public void Where_it_was_split_before_makes_no_difference(StreamFormat format)
    {
        var stream = Encoding.UTF8.GetBytes(string.Concat(Events(format)));
        for (var cut = 0; cut < stream.Length; cut += 7)
        {
            var expected = Interrupted(format, stream[..cut]);
            Assert.Equal(expected, Interrupted(format, [.. stream[..cut].Chunk(1)]));
            Assert.Equal(expected, Interrupted(format, [.. stream[..cut].Chunk(5)]));
        }
    }

    [Theory]
    [InlineData(StreamFormat.ResponseEvents, "response.incomplete", true)]
    [InlineData(StreamFormat.ResponseEvents, "response.failed", true)]
    [InlineData(StreamFormat.ResponseEvents, "error", true)]
    [InlineData(StreamFormat.ResponseEvents, "message_stop", false)]
    [InlineData(StreamFormat.ResponseEvents, "response.completed.not", false)]
    [InlineData(StreamFormat.MessageEvents, "error", true)]
    [InlineData(StreamFormat.MessageEvents, "message_delta", false)]
    [InlineData(StreamFormat.MessageEvents, "response.completed", false)]
    [InlineData(StreamFormat.ChatEvents, "message_stop", false)]
    public void The_end_is_known_by_the_names_of_its_format(StreamFormat format, string name, bool done)
    {
        var stream = Encoding.UTF8.GetBytes(Event(name, "{}"));
        Assert.Equal(done, Track(format, stream).DoneSeen);
        Assert.Equal(done, Track(format, [.. stream.Chunk(1)]).DoneSeen);
        Assert.Equal(done, Track(format, Encoding.UTF8.GetBytes(Event(name, "{}").Replace("\n", "\r\n", StringComparison.Ordinal))).DoneSeen);
    }

    [Fact]
    public void The_stage_goes_on_with_the_names_and_never_back()
    {
        var tracker = Track(StreamFormat.ResponseEvents);
        var stages = new List<AnswerStage> { tracker.Stage };
        foreach (var text in s_responses)
        {
            tracker.Observe(Encoding.UTF8.GetBytes(text));
            stages.Add(tracker.Stage);
        }

        Assert.Equal([AnswerStage.Awaited, AnswerStage.Begun, AnswerStage.Begun, AnswerStage.InOutput, AnswerStage.InOutput, AnswerStage.InOutput], stages);
    }

    [Theory]
    [InlineData("data: {\"response\":{\"id\":\"resp_a-1_Z\"}}\n\n", "resp_a-1_Z")]
    [InlineData("data: {\"previous_response_id\":\"resp_old\",\"id\":\"resp_new\"}\n\n", "resp_new")]
    [InlineData("data: {\"id\":\"msg_1\"}\n\n", null)]
    [InlineData("data: {\"id\":\"resp_a\\n\"}\n\n", null)]
    [InlineData("data: {\"id\":\"resp_ü\"}\n\n", null)]
    [InlineData("data: {\"id\":\"resp_half", null)]
    public void The_id_of_a_response_is_learned_from_its_stream(string stream, string? id) =>
        Assert.Equal(id, Track(StreamFormat.ResponseEvents, Encoding.UTF8.GetBytes(stream)).AnswerId);

    private static string[] Events(StreamFormat format) => format == StreamFormat.ResponseEvents ? s_responses : s_messages;

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    private static void AssertIsError(StreamFormat format, StreamEvent last, int cut)
    {
        Assert.True(last.Name == "error", $"cut {cut}: {last}");
        using var json = JsonDocument.Parse(last.Data);
        var members = json.RootElement.EnumerateObject().ToLookup(member => member.Name, member => member.Value);
        Assert.Equal("error", members["type"].Last().GetString());
        var error = members["error"].Last();
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        if (format == StreamFormat.ResponseEvents)
            Assert.Equal(("stream_interrupted", "stream_interrupted"), (members["code"].Last().GetString(), error.GetProperty("code").GetString()));
        else
            Assert.Equal("api_error", error.GetProperty("type").GetString());
    }

    private static byte[] Interrupted(StreamFormat format, params byte[][] pieces)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write(pieces.SelectMany(piece => piece).ToArray());
        Track(format, pieces).WriteInterruption(output, ApiErrors.StreamInterrupted());
        Assert.True(Utf8.IsValid(output.WrittenSpan));
        return output.WrittenSpan.ToArray();
    }

    private static StreamTracker Track(StreamFormat format, params byte[][] pieces)
    {
        var tracker = StreamTracker.For(format);
        foreach (var piece in pieces)
            tracker.Observe(piece);
        return tracker;
    }
}
