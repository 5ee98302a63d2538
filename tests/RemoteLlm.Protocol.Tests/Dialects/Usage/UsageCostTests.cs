using System.Buffers;
using System.Globalization;
using System.Text;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Dialects.Usage;
using RemoteLlm.Protocol.Tests.Dialects.Json;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Usage;

/// <summary>What a server says that an answer cost.</summary>
public sealed class UsageCostTests
{
    private const string Stream = """
        : OPENROUTER PROCESSING

        data: {"id":"gen-1","choices":[{"index":0,"delta":{"role":"assistant","content":"a"}}]}

        data: {"id":"gen-1","choices":[],"usage":{"prompt_tokens":14,"completion_tokens":5,"total_tokens":19,"cost":0.00012,"is_byok":false,"prompt_tokens_details":{"cached_tokens":3,"cost":9},"cost_details":{"cost":8}}}

        data: [DONE]


        """;

    [Theory]
    [InlineData("0.00012", "0.00012")]
    [InlineData("1.2e-05", "0.000012")]
    [InlineData("1E-5", "0.00001")]
    [InlineData("0", "0")]
    [InlineData("0.95", "0.95")]
    [InlineData("1000", "1000")]
    [InlineData("1e-400", "0")]
    [InlineData("1000.01", null)]
    [InlineData("-0.01", null)]
    [InlineData("1e400", null)]
    [InlineData("1e99999999999", null)]
    [InlineData("null", null)]
    [InlineData("\"0.1\"", null)]
    [InlineData("{\"total_cost\":0.1}", null)]
    [InlineData("[0.1]", null)]
    public void It_is_read_within_sane_bounds(string cost, string? expected)
    {
        var json = $$$"""{"cost":7,"usage":{"prompt_tokens":1,"cost":{{{cost}}},"completion_tokens":2},"x":{"cost":9}}""";
        var usage = new TokenUsage(1, 2, 0) { Cost = expected is null ? null : decimal.Parse(expected, CultureInfo.InvariantCulture) };

        Assert.Equal(usage, Scan(StreamFormat.None, [Encoding.UTF8.GetBytes(json)]).Reported);
        Assert.Equal(usage, Scan(StreamFormat.ChatEvents, [Encoding.UTF8.GetBytes($"data: {json}\n\n")]).Reported);
    }

    [Fact]
    public void A_stream_tells_it_however_it_is_split_and_the_client_who_did_not_ask_does_not_see_it()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var (scanner, filter, client) = (new UsageScanner(StreamFormat.ChatEvents), new StreamUsageFilter(), new ArrayBufferWriter<byte>());
            foreach (var piece in new RandomJson(seed).Split(Encoding.UTF8.GetBytes(Stream)))
            {
                scanner.Observe(piece);
                filter.Filter(piece, client);
            }

            Assert.Equal(new TokenUsage(14, 5, 3) { Cost = 0.00012m }, scanner.Reported);
            Assert.DoesNotContain("cost", Encoding.UTF8.GetString(client.WrittenSpan), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_is_allocated_for_it()
    {
        var bytes = Encoding.UTF8.GetBytes(Stream);
        var scanner = Scan(StreamFormat.ChatEvents, [bytes]);

        Assert.InRange(
            Allocations.OfARound(() =>
            {
                for (var i = 0; i < 1000; i++)
                    scanner.Observe(bytes);
            }),
            0,
            1024);
    }

    private static UsageScanner Scan(StreamFormat format, byte[][] pieces)
    {
        var scanner = new UsageScanner(format);
        foreach (var piece in pieces)
            scanner.Observe(piece);
        return scanner;
    }
}
