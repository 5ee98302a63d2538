using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Tests.Dialects.Json;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Streams;

public sealed class EventStreamTrackerTests
{
    private const string Delta = """{"id":"c1","choices":[{"index":0,"delta":{"content":"Grüße \"漢\" \ud83d\ude00\\","n":-1.5e+3,"t":[true,null,{}]}}],"usage":null}""";

    [Theory]
    [InlineData("", true, 0, false)]
    [InlineData("data: {}\n\n", true, 1, false)]
    [InlineData("data: {}\r\n\r\n", true, 1, false)]
    [InlineData("data: {}\r\r", true, 1, false)]
    [InlineData("data: {}\n", false, 0, false)]
    [InlineData("data: {}\r", false, 0, false)]
    [InlineData("data: {", false, 0, false)]
    [InlineData(": keep-alive\n\n", true, 0, false)]
    [InlineData(": keep-alive\n", false, 0, false)]
    [InlineData("\n\n\n", true, 0, false)]
    [InlineData("data\n\ndata:\n\ndatax: 1\n\nid: 1\n\n", true, 2, false)]
    [InlineData("event: x\ndata: 1\ndata: 2\n\n", true, 1, false)]
    [InlineData("data: {}\n\ndata: [DONE]\n\n", true, 1, true)]
    [InlineData("data: {}\n\ndata:[DONE]\r\n", false, 1, true)]
    [InlineData("data: {}\n\ndata: [DONE]", false, 1, true)]
    [InlineData("data: {\"x\":\"data: [DONE]\"}\n\n", true, 1, false)]
    public void Knows_where_it_stands_at_every_split(string stream, bool boundary, int dataEvents, bool done)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var tracker = Track(bytes[..split], bytes[split..]);
            Assert.Equal((boundary, dataEvents, done), (tracker.AtBoundary, tracker.DataEvents, tracker.DoneSeen));
        }
    }

    [Theory]
    [InlineData("", AnswerStage.Awaited, false)]
    [InlineData(": keep-alive\n\n", AnswerStage.Awaited, false)]
    [InlineData("event: response.created\ndata: {}\n\n", AnswerStage.Begun, false)]
    [InlineData("event: response.output_item.added\ndata: {}\n\n", AnswerStage.InOutput, false)]
    [InlineData("event:response.output_text.delta\ndata: {}\n\n", AnswerStage.InOutput, false)]
    [InlineData("event: response.reasoning_summary_text.delta\ndata: {}\n\n", AnswerStage.Begun, false)]
    [InlineData("event: response.incomplete\ndata: {}\n\n", AnswerStage.Begun, true)]
    [InlineData("event: response.incompleteness\ndata: {}\n\n", AnswerStage.Begun, false)]
    public void Knows_how_far_a_response_is_at_every_split(string stream, AnswerStage stage, bool done)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var tracker = new EventStreamTracker(StreamFormat.ResponseEvents);
            tracker.Observe(bytes.AsSpan(0, split));
            tracker.Observe(bytes.AsSpan(split));
            Assert.Equal((stage, done), (tracker.Stage, tracker.DoneSeen));
        }
    }

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\r", "")]
    [InlineData("\n", "event: message\n")]
    [InlineData("\r\n", "event: message\r\nid: 7\r\n")]
    public void Cut_at_any_byte_the_last_event_is_the_error_and_those_before_are_whole(string lineEnd, string fields)
    {
        var stream = Encoding.UTF8.GetBytes($": hello{lineEnd}{lineEnd}{fields}data: {{\"first\":1}}{lineEnd}{lineEnd}{fields}data: {Delta}{lineEnd}{lineEnd}");
        var whole = EventStreamText.Read(stream);
        for (var cut = 0; cut < stream.Length; cut++)
        {
            var events = EventStreamText.Read(Interrupted(stream[..cut]));
            Assert.InRange(events.Count, 1, 3);
            Assert.Equal(whole.Take(events.Count - 1), events.SkipLast(1));
            AssertIsError(events[^1], cut);
            Assert.True(events[^1].Name is "" or "error", $"cut {cut}: a client may not look for an error under '{events[^1].Name}'");
        }
    }

    [Fact]
    public void Random_streams_cut_anywhere_and_split_anyhow_end_in_the_error()
    {
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new RandomJson(seed);
            var stream = RandomStream(seed, random);
            var cut = stream[..new Random(seed).Next(stream.Length)];

            var interrupted = Interrupted(cut);
            Assert.Equal(interrupted, Interrupted([.. random.Split(cut)]));

            var events = EventStreamText.Read(interrupted);
            Assert.Equal(EventStreamText.Read(cut), events.Take(EventStreamText.Read(cut).Count));
            AssertIsError(events[^1], seed);
        }
    }

    [Theory]
    [InlineData("data: [DO", "[DO")]
    [InlineData("data: not json", "not json")]
    [InlineData("data: [1,2", "[1,2")]
    [InlineData("data: {\"a\":\"line\n", "{\"a\":\"line")]
    [InlineData("data: {\"a\":1}", "{\"a\":1}")]
    [InlineData("data: {\"a\":1}\n", "{\"a\":1}")]
    [InlineData("data: {\"a\":1}\r", "{\"a\":1}")]
    public void What_is_whole_or_beyond_completing_is_sent_off_and_the_error_follows(string stream, string first)
    {
        var events = EventStreamText.Read(Interrupted(Encoding.UTF8.GetBytes(stream)));
        Assert.Equal(2, events.Count);
        Assert.Equal(first, events[0].Data);
        AssertIsError(events[1], 0);
    }

    [Theory]
    [InlineData("data: [DONE]\n\n", "")]
    [InlineData("data: [DONE]\n", "\n")]
    [InlineData("data: [DONE]\r", "\n\n")]
    [InlineData("data: [DONE]", "\n\n")]
    public void After_done_there_is_no_error(string stream, string added) =>
        Assert.Equal(stream + added, Encoding.UTF8.GetString(Interrupted(Encoding.UTF8.GetBytes(stream))));

    [Fact]
    public void An_endless_event_takes_no_memory()
    {
        var piece = new byte[64 * 1024];
        piece.AsSpan().Fill((byte)'A');
        var tracker = Track("data: {\"image\":\""u8.ToArray());
        tracker.Observe(piece);

        Assert.InRange(
            Allocations.OfARound(() =>
            {
                for (var i = 0; i < 640; i++)
                    tracker.Observe(piece);
            }),
            0,
            4096);
    }

    private static byte[] RandomStream(int seed, RandomJson json)
    {
        var random = new Random(seed);
        var lineEnd = new[] { "\n", "\r\n", "\r" }[seed % 3];
        var stream = new StringBuilder();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            if (random.Next(4) == 0)
                stream.Append(": keep-alive").Append(lineEnd).Append(random.Next(2) == 0 ? lineEnd : "");
            if (random.Next(4) == 0)
                stream.Append("event: delta").Append(lineEnd);
            var document = "{\"x\":" + Encoding.UTF8.GetString(json.Document()) + "}";
            foreach (var line in document.Replace("\r\n", "\n").Split('\n'))
                stream.Append(random.Next(2) == 0 ? "data: " : "data:").Append(line).Append(lineEnd);
            stream.Append(lineEnd);
        }

        return Encoding.UTF8.GetBytes(stream.ToString());
    }

    private static void AssertIsError(StreamEvent last, int context)
    {
        using var json = JsonDocument.Parse(last.Data);
        var error = json.RootElement.EnumerateObject().Last(p => p.NameEquals("error")).Value;
        Assert.True(error.GetProperty("code").GetString() == "stream_interrupted", $"case {context}: {last.Data}");
        Assert.Equal(4, error.EnumerateObject().Count());
    }

    private static byte[] Interrupted(params byte[][] pieces)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write(pieces.SelectMany(p => p).ToArray());
        Track(pieces).WriteInterruption(output, ApiErrors.StreamInterrupted());
        Assert.True(Utf8.IsValid(output.WrittenSpan), "strict readers give up at half a character");
        return output.WrittenSpan.ToArray();
    }

    private static EventStreamTracker Track(params byte[][] pieces)
    {
        var tracker = new EventStreamTracker();
        foreach (var piece in pieces)
            tracker.Observe(piece);
        return tracker;
    }
}
