using System.Buffers;
using System.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Protocol.Tests.Dialects.Streams;

/// <summary>What is put into a stream that is silent, and what tells of an error in it.</summary>
public sealed class HeartbeatTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 4, 5, 6, 7, 8, TimeSpan.Zero);

    [Theory]
    [InlineData(StreamFormat.ChatEvents, ": keep-alive\n\n")]
    [InlineData(StreamFormat.OtherEvents, ": keep-alive\n\n")]
    [InlineData(StreamFormat.MessageEvents, "event: ping\ndata: {\"type\":\"ping\"}\n\n")]
    [InlineData(StreamFormat.ChatLines, """{"model":"m\"1","created_at":"2026-03-04T05:06:07.0080000Z","message":{"role":"assistant","content":""},"done":false}""" + "\n")]
    [InlineData(StreamFormat.GenerateLines, """{"model":"m\"1","created_at":"2026-03-04T05:06:07.0080000Z","response":"","done":false}""" + "\n")]
    public void Each_format_has_its_own(StreamFormat format, string expected)
    {
        var beat = Beat(format, StreamTracker.For(format), first: true);

        Assert.Equal(expected, beat.Replace("\\u0022", "\\\"", StringComparison.Ordinal));
        Assert.True(Heartbeat.Exists(format));
    }

    [Theory]
    [InlineData(StreamFormat.None)]
    [InlineData(StreamFormat.ProgressLines)]
    public void Others_have_none(StreamFormat format) => Assert.False(Heartbeat.Exists(format));

    [Theory]
    [InlineData(StreamFormat.ChatEvents)]
    [InlineData(StreamFormat.ResponseEvents)]
    [InlineData(StreamFormat.MessageEvents)]
    [InlineData(StreamFormat.ChatLines)]
    [InlineData(StreamFormat.GenerateLines)]
    public void A_stream_stands_between_two_frames_behind_one_as_before(StreamFormat format)
    {
        var tracker = StreamTracker.For(format);
        tracker.Observe(Encoding.UTF8.GetBytes(Beat(format, tracker, first: true)));

        Assert.True(tracker.AtBoundary);
        Assert.False(tracker.DoneSeen);
    }

    [Fact]
    public void A_response_that_has_not_begun_is_created_first_and_goes_on_under_the_same_id()
    {
        var tracker = StreamTracker.For(StreamFormat.ResponseEvents);
        var first = EventStreamText.Read(Encoding.UTF8.GetBytes(Beat(StreamFormat.ResponseEvents, tracker, first: true)));
        var second = EventStreamText.Read(Encoding.UTF8.GetBytes(Beat(StreamFormat.ResponseEvents, tracker, first: false)));

        Assert.Equal(["response.created", "response.in_progress"], first.Select(beat => beat.Name));
        Assert.Equal(["response.in_progress"], second.Select(beat => beat.Name));
        foreach (var beat in first.Concat(second))
        {
            using var json = JsonDocument.Parse(beat.Data);
            Assert.Equal(beat.Name, json.RootElement.GetProperty("type").GetString());
            var response = json.RootElement.GetProperty("response");
            Assert.Equal(("resp_req_7", "in_progress", "m\"1", s_now.ToUnixTimeSeconds()), (response.GetProperty("id").GetString(), response.GetProperty("status").GetString(), response.GetProperty("model").GetString(), response.GetProperty("created_at").GetInt64()));
        }
    }

    [Fact]
    public void A_response_that_has_begun_keeps_its_own_id_and_in_its_output_nothing_is_said_of_it()
    {
        var tracker = StreamTracker.For(StreamFormat.ResponseEvents);
        tracker.Observe("event: response.created\ndata: {\"response\":{\"id\":\"resp_own\"}}\n\n"u8);
        var begun = Assert.Single(EventStreamText.Read(Encoding.UTF8.GetBytes(Beat(StreamFormat.ResponseEvents, tracker, first: true))));
        Assert.Equal("response.in_progress", begun.Name);
        Assert.Contains("\"id\":\"resp_own\"", begun.Data, StringComparison.Ordinal);

        tracker.Observe("event: response.output_item.added\ndata: {}\n\n"u8);
        var inOutput = Assert.Single(EventStreamText.Read(Encoding.UTF8.GetBytes(Beat(StreamFormat.ResponseEvents, tracker, first: false))));
        Assert.Equal("keepalive", inOutput.Name);
        using var json = JsonDocument.Parse(inOutput.Data);
        Assert.Equal("keepalive", json.RootElement.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData(StreamFormat.ChatEvents, "", "code", "message", "param", "type")]
    [InlineData(StreamFormat.ResponseEvents, "error", "code", "message", "param", "type")]
    [InlineData(StreamFormat.MessageEvents, "error", "message", "type")]
    public void An_error_is_an_event_of_its_format(StreamFormat format, string name, params string[] members)
    {
        var output = new ArrayBufferWriter<byte>();
        StreamErrors.Write(output, format, ApiErrors.ModelNotAllowed("a\"\nü"));

        var told = Assert.Single(EventStreamText.Read(output.WrittenSpan.ToArray()));
        Assert.Equal((name, name.Length > 0), (told.Name, StreamErrors.HasEventName(format)));
        using var json = JsonDocument.Parse(told.Data);
        Assert.Equal(members, json.RootElement.GetProperty("error").EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(format != StreamFormat.ChatEvents, json.RootElement.TryGetProperty("type", out _));
    }

    [Theory]
    [InlineData(StreamFormat.ChatLines)]
    [InlineData(StreamFormat.GenerateLines)]
    [InlineData(StreamFormat.ProgressLines)]
    public void An_error_is_a_line_where_all_is_lines(StreamFormat format)
    {
        var output = new ArrayBufferWriter<byte>();
        StreamErrors.Write(output, format, ApiErrors.StreamInterrupted());

        Assert.Equal($"{{\"error\":{JsonSerializer.Serialize(ApiErrors.StreamInterrupted().Message)}}}\n", Encoding.UTF8.GetString(output.WrittenSpan).Replace("'", "\\u0027", StringComparison.Ordinal));
    }

    private static string Beat(StreamFormat format, StreamTracker tracker, bool first) => Encoding.UTF8.GetString(Heartbeat.Of(format, "m\"1", tracker, first, "req_7", s_now).Span);
}
