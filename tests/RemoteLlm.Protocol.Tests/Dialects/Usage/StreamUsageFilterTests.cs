using System.Buffers;
using System.Text;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

public sealed class StreamUsageFilterTests
{
    private const string Kept = """data: {"choices":[{"delta":{"content":"a"}}]}""" + "\n\n";

    [Theory]
    [InlineData("""{"id":"c","choices":[],"usage":{"prompt_tokens":3,"nested":{"a":[1]}}}""")]
    [InlineData("""{ "usage" : {} , "choices" : [ ] }""")]
    public void An_event_that_was_sent_for_its_usage_is_dropped_with_all_its_lines(string chunk)
    {
        foreach (var end in new[] { "\n", "\r\n", "\r" })
            AssertFiltered(Kept + $": c{end}id: 7{end}event: x{end}data: {chunk}{end}retry: 1{end}{end}data: [DONE]{end}{end}", Kept + $"data: [DONE]{end}{end}");
    }

    [Theory]
    [InlineData("""{"choices":[{"index":0}],"usage":null}""", """{"choices":[{"index":0}]}""")]
    [InlineData("""{"choices":[{"index":0}] , "usage" : { "a": "}" } , "x":1 }""", """{"choices":[{"index":0}]  , "x":1 }""")]
    [InlineData("""{ "usage":null, "choices":[1]}""", """{  "choices":[1]}""")]
    [InlineData("""{"usage":null,"usage":{},"choices":[1]}""", """{"choices":[1]}""")]
    [InlineData("""{"choices":[1],"usage":null,"usage":{},"x":2}""", """{"choices":[1],"x":2}""")]
    [InlineData("""{"choices":[],"usage":null,"prompt_filter_results":[{"usage":1}]}""", """{"choices":[],"prompt_filter_results":[{"usage":1}]}""")]
    [InlineData("""{"usage":{"a":1}}""", "{}")]
    [InlineData("""{"error":{"message":"no"},"usage":null}""", """{"error":{"message":"no"}}""")]
    [InlineData("""{"choices":[{"delta":{"content":"\"usage\":{}, \\"},"usage":{"x":1}}],"usage":{"prompt_tokens":1},"timings":{"usage":{}}}""", """{"choices":[{"delta":{"content":"\"usage\":{}, \\"},"usage":{"x":1}}],"timings":{"usage":{}}}""")]
    public void Of_other_events_only_the_top_level_usage_goes(string chunk, string expected)
    {
        foreach (var end in new[] { "\n", "\r\n", "\r" })
        {
            foreach (var field in new[] { "data: ", "data:" })
                AssertFiltered($"id: 1{end}{field}{chunk}{end}{end}{Kept}", $"id: 1{end}{field}{expected}{end}{end}{Kept}");
        }
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":{\"usage\":{}}}}]}}]}\n\n")]
    [InlineData("data: {\"choices\":[],\"x\":\"usage\",\"y\":[\"usage\"]}\n\n")]
    [InlineData("data: {\"choices\":[],\"usage\":\"much\"}\n\n")]
    [InlineData("data: {\"choices\":[],\"usage\":[{}]}\n\n")]
    [InlineData("data: [{\"choices\":[],\"usage\":{}}]\n\n")]
    [InlineData("data: {\"choices\":[],\"usage\":{}\n\n")]
    [InlineData("data: {\"choices\":[],\"usage\":{}}x\n\n")]
    [InlineData(": {\"choices\":[],\"usage\":{}}\n\n")]
    [InlineData("datax: {\"choices\":[],\"usage\":{}}\n\n")]
    [InlineData("\n\n\r\r\n\ndata\n\n: \"usage\"\n\n\n")]
    public void Everything_else_passes(string stream)
    {
        AssertFiltered(stream, stream);
        AssertFiltered("data: {\"choices\":[1],\"usage\":{}}\n\n" + stream, "data: {\"choices\":[1]}\n\n" + stream);
    }

    [Fact]
    public void Several_data_lines_are_one_chunk()
    {
        AssertFiltered("data: {\"choices\":[],\r\ndata:\r\ndata:  \"usage\":\r\ndata:{}}\r\n\r\n", "");
        AssertFiltered("data: {\"choices\":[1],\nid: 1\ndata: \"usage\":\ndata:{ }, \"a\"\ndata::1}\n\n", "data: {\"choices\":[1]\nid: 1\ndata:\ndata:, \"a\"\ndata::1}\n\n");
    }

    [Theory]
    [InlineData("chat-stream")]
    [InlineData("chat-stream-usage")]
    [InlineData("completions-stream")]
    public void A_real_stream_loses_its_usage_alone(string name)
    {
        var stream = Encoding.UTF8.GetString(Recording.Read(name).ResponseBody);
        var start = stream.IndexOf(",\"usage\":{", StringComparison.Ordinal);
        AssertFiltered(stream, stream.Remove(start, stream.IndexOf('}', start) + 1 - start));
    }

    [Fact]
    public void Whole_events_are_written_by_the_call_that_brings_them_and_only_a_part_of_one_is_held()
    {
        var (filter, output) = (new StreamUsageFilter(), new ArrayBufferWriter<byte>());
        filter.Filter(Encoding.UTF8.GetBytes(Kept + Kept + "data: {\"cho"), output);
        Assert.Equal((Kept + Kept, true), (Text(output), filter.Holds));

        filter.Filter("ices\":[1],\"usage\":null}\n"u8, output);
        Assert.Equal((Kept + Kept, true), (Text(output), filter.Holds));

        filter.Filter("\n: c\n\nda"u8, output);
        Assert.Equal((Kept + Kept + "data: {\"choices\":[1]}\n\n: c\n\n", true), (Text(output), filter.Holds));

        filter.Release(output);
        Assert.Equal((Kept + Kept + "data: {\"choices\":[1]}\n\n: c\n\nda", false), (Text(output), filter.Holds));
    }

    [Fact]
    public void What_follows_a_release_belongs_to_the_event_that_was_let_go()
    {
        var (filter, output) = (new StreamUsageFilter(), new ArrayBufferWriter<byte>());
        filter.Filter("data: {\"choices\":[],"u8, output);
        filter.Release(output);
        filter.Filter("\"usage\":{}}\n\ndata: {\"choices\":[],\"usage\":{}}\n\n"u8, output);
        Assert.Equal("data: {\"choices\":[],\"usage\":{}}\n\n", Text(output));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(3_000_000, true)]
    public void An_event_of_more_than_a_mebibyte_passes_as_it_is_and_the_next_is_filtered_again(int over, bool passes)
    {
        const string Frame = "data: {\"choices\":[],\"x\":\"\",\"usage\":{}}\r\n\r";
        var large = Frame.Replace("\"\"", '"' + new string('x', StreamUsageFilter.LargestEvent + over - Frame.Length) + '"') + "\n";
        var stream = Encoding.UTF8.GetBytes(Kept + large + "data: {\"choices\":[],\"usage\":{}}\n\n" + Kept);
        var expected = Kept + (passes ? large : "") + Kept;
        foreach (var size in new[] { 1000, 65_536, StreamUsageFilter.LargestEvent, StreamUsageFilter.LargestEvent + Kept.Length, StreamUsageFilter.LargestEvent + Kept.Length + 1, stream.Length })
            Assert.True(Run(stream.Chunk(size)) == expected, $"in pieces of {size}");
    }

    [Fact]
    public void Nothing_is_allocated_per_event()
    {
        var stream = Encoding.UTF8.GetBytes(Kept + """data: {"choices":[{"delta":{"content":"a"}}],"usage":null}""" + "\n\n" + """data: {"choices":[],"usage":{"prompt_tokens":1}}""" + "\n\n");
        var (filter, output) = (new StreamUsageFilter(), new ArrayBufferWriter<byte>(4096));

        Assert.InRange(
            Allocations.OfARound(() =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    filter.Filter(stream.AsSpan(0, 60), output);
                    filter.Filter(stream.AsSpan(60), output);
                    output.ResetWrittenCount();
                }
            }),
            0,
            1024);
    }

    private static void AssertFiltered(string stream, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        Assert.Equal(expected, Run([bytes]));
        Assert.Equal(expected, Run(bytes.Chunk(1)));
        for (var split = 0; split <= bytes.Length; split++)
            Assert.Equal(expected, Run([bytes[..split], bytes[split..]]));
    }

    private static string Run(IEnumerable<byte[]> pieces)
    {
        var (filter, output) = (new StreamUsageFilter(), new ArrayBufferWriter<byte>());
        foreach (var piece in pieces)
            filter.Filter(piece, output);
        Assert.False(filter.Holds);
        return Text(output);
    }

    private static string Text(ArrayBufferWriter<byte> output) => Encoding.UTF8.GetString(output.WrittenSpan);
}
