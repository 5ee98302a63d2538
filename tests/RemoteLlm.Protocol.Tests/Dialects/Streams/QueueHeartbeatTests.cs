using System.Text;
using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Protocol.Tests.Dialects.Streams;

public sealed class QueueHeartbeatTests
{
    [Theory]
    [InlineData(3, 11.2, ": queued, position 3, about 12 s\n\n")]
    [InlineData(1, 0.0, ": queued, position 1, about 0 s\n\n")]
    [InlineData(512, null, ": queued, position 512\n\n")]
    public void Comment_says_the_place_and_the_wait_where_it_is_known(int position, double? seconds, string expected) => Assert.Equal(
        expected, Encoding.ASCII.GetString(Heartbeat.OfQueue(StreamFormat.ChatEvents, position, seconds is { } known ? TimeSpan.FromSeconds(known) : null)!.Value.Span));

    [Fact]
    public void Only_events_of_chats_and_completions_have_comments_that_are_read_over() =>
        Assert.All(Enum.GetValues<StreamFormat>().Where(static format => format != StreamFormat.ChatEvents), static format => Assert.Null(Heartbeat.OfQueue(format, 1, null)));
}
