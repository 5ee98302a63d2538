using System.Text;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

public sealed class EndSeenTests
{
    [Theory]
    [InlineData(StreamFormat.ChatEvents, "data: [DONE]\n\n")]
    [InlineData(StreamFormat.ChatEvents, "data:[DONE]")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"choices\":[{\"delta\":{},\"finish_reason\" : \"stop\"}]}\r\n\r\n")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\t\"a reason that is much longer than what is kept of it\"}]}\n\n")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"choices\":[{\"finish_reason\":null},{\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"error\": {\"message\":\"no\"}}\n\n")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"error\":\"no\"}\n\n")]
    [InlineData(StreamFormat.ChatEvents, "error: {\"code\":500,\"message\":\"no\"}\n\n")]
    [InlineData(StreamFormat.ResponseEvents, "data: {\"type\":\"response.completed\",\"response\":{}}\n\n")]
    [InlineData(StreamFormat.ResponseEvents, "data: { \"type\" : \"response.incomplete\" }\n\n")]
    [InlineData(StreamFormat.ResponseEvents, "data: {\"response\":{\"output\":[{\"type\":\"message\"}]},\"type\":\"response.failed\"}\n\n")]
    [InlineData(StreamFormat.ResponseEvents, "data: {\"type\":\"response.cancelled\"}\n\n")]
    [InlineData(StreamFormat.ResponseEvents, "data: {\"type\":\"error\",\"code\":\"x\"}\n\n")]
    [InlineData(StreamFormat.ResponseEvents, "event: response.completed\r\ndata: {}\r\n\r\n")]
    [InlineData(StreamFormat.ResponseEvents, "data: [DONE]\n\n")]
    [InlineData(StreamFormat.MessageEvents, "event: message_stop\ndata: {\"type\": \"message_stop\"}\n\n")]
    [InlineData(StreamFormat.MessageEvents, "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"}}\n\n")]
    [InlineData(StreamFormat.MessageEvents, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n")]
    [InlineData(StreamFormat.ChatLines, "{\"done\" : true}")]
    [InlineData(StreamFormat.GenerateLines, "{\"response\":\"\",\"done\":true,\"context\":[1]}\n")]
    [InlineData(StreamFormat.ChatLines, "{\"error\":\"model runner has unexpectedly stopped\"}\n")]
    [InlineData(StreamFormat.ProgressLines, "{\"status\":\"pulling\"}\n{\"status\" :\"success\"}\n")]
    [InlineData(StreamFormat.ProgressLines, "{\"error\":\"no such model\"}\n")]
    public void A_sign_of_the_end_is_seen_however_it_is_split(StreamFormat format, string stream) => AssertAtEverySplit(format, stream, expected: true);

    [Theory]
    [InlineData(StreamFormat.ChatEvents, "")]
    [InlineData(StreamFormat.ChatEvents, "data: [DON")]
    [InlineData(StreamFormat.ChatEvents, ": [DONE]\n\ndata: x [DONE]\n\ndata: \"[DONE]\"\n\n")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"choices\":[{\"delta\":{\"content\":\"data: [DONE]\\n\\n\"},\"finish_reason\":null}],\"error\": null}\n\n")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"finish_reason\\\":\\\"stop\\\"\"},\"finish_reason\":\"\"}]}\n\n")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":{\"finish_reason\":\"stop\",\"error\":1}}}]}}]}\n\n")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"choices\":[{\"delta\":{\"x\\\"finish_reason\":\"stop\"}}]}\n\n")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"choices\":[{\"finish_reason\":\"stop\"}]")]
    [InlineData(StreamFormat.ChatEvents, "data: {\"type\":\"message_stop\",\"done\":true,\"status\":\"success\"}\n\n")]
    [InlineData(StreamFormat.ResponseEvents, "data: {\"type\":\"response.in_progress\",\"response\":{\"type\":\"response.completed\",\"error\":{\"x\":1}}}\n\n")]
    [InlineData(StreamFormat.ResponseEvents, "data: {\"type\":\"response.output_text.delta\",\"delta\":\"\\\"type\\\":\\\"response.completed\\\"\"}\n\n")]
    [InlineData(StreamFormat.ResponseEvents, "event: response.completed\r\ndata: {\"type\":\"resp")]
    [InlineData(StreamFormat.MessageEvents, "data: {\"type\":\"message_start\",\"message\":{\"stop_reason\":null,\"usage\":{\"input_tokens\":1}}}\n\n")]
    [InlineData(StreamFormat.MessageEvents, "data: {\"type\":\"content_block_start\",\"content_block\":{\"type\":\"tool_use\",\"input\":{\"stop_reason\":\"end_turn\",\"type\":\"message_stop\"}}}\n\n")]
    [InlineData(StreamFormat.ChatLines, "{\"message\":{\"content\":\"\\\"done\\\":true\"},\"done\":false}\n")]
    [InlineData(StreamFormat.ChatLines, "{\"message\":{\"tool_calls\":[{\"function\":{\"arguments\":{\"done\":true,\"x\\\"done\":true,\"error\":\"x\",\"status\":\"success\"}}}]},\"done\":false}\n")]
    [InlineData(StreamFormat.ChatLines, "{\"done\":true,\"eval_c")]
    [InlineData(StreamFormat.ProgressLines, "{\"status\":\"pulling 1f\",\"completed\":1,\"total\":1}\n{\"status\":\"verifying\"}\n")]
    public void Nothing_else_is_one_least_of_all_what_a_model_writes(StreamFormat format, string stream) => AssertAtEverySplit(format, stream, expected: false);

    [Theory]
    [InlineData(StreamFormat.None)]
    [InlineData(StreamFormat.OtherEvents)]
    public void What_has_no_sign_is_never_taken_for_cut(StreamFormat format) => Assert.True(new UsageScanner(format).EndSeen);

    [Theory]
    [InlineData("chat-stream")]
    [InlineData("chat-stream-usage")]
    [InlineData("completions-stream")]
    public void Of_a_recorded_stream_it_comes_with_the_last_choice_and_not_before(string name)
    {
        var stream = Recording.Read(name).ResponseBody;
        var reason = stream.AsSpan().IndexOf("\"finish_reason\":\"length\""u8);
        var end = reason + stream.AsSpan(reason).IndexOf("\n"u8);
        for (var cut = 0; cut < stream.Length; cut++)
        {
            var scanner = new UsageScanner(StreamFormat.ChatEvents);
            scanner.Observe(stream.AsSpan(0, cut));
            Assert.True(scanner.EndSeen == cut >= end, $"cut at {cut} of {stream.Length}, the reason is at {reason}");
        }
    }

    private static void AssertAtEverySplit(StreamFormat format, string stream, bool expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var scanner = new UsageScanner(format);
            scanner.Observe(bytes.AsSpan(0, split));
            scanner.Observe(bytes.AsSpan(split));
            Assert.True(scanner.EndSeen == expected, $"split at {split}");
        }
    }
}
