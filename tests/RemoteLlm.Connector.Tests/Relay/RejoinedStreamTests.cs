using System.Text;
using RemoteLlm.Connector.Relay;

namespace RemoteLlm.Connector.Tests.Relay;

public sealed class RejoinedStreamTests
{
    [Theory]
    [InlineData("beginning ", "and rest", 3)]
    [InlineData("beginning ", "and rest", 1000)]
    [InlineData("", "rest", 2)]
    [InlineData("beginning", "", 4)]
    [InlineData("beginning", null, 4)]
    [InlineData("", null, 4)]
    public async Task Beginning_and_rest_are_read_as_one(string beginning, string? rest, int atOnce)
    {
        using var behind = rest is null ? null : new MemoryStream(Encoding.ASCII.GetBytes(rest));
        await using var stream = new RejoinedStream(Encoding.ASCII.GetBytes(beginning), behind);
        using var read = new MemoryStream();

        var buffer = new byte[atOnce];
        while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) is var count and > 0)
            read.Write(buffer, 0, count);

        Assert.Equal(beginning + rest, Encoding.ASCII.GetString(read.ToArray()));
    }
}
