using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RemoteLlm.Connector.Usage;
using RemoteLlm.Protocol.Ledger;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Usage;

public sealed class UsageTextTests
{
    private static readonly Config s_config = Draws.Properties(500);

    [Fact]
    public void A_line_says_what_the_record_says() => Prop.ForAll(Records(), record =>
    {
        var line = Line(record);
        return line[^1] == '\n' && !line.AsSpan(0, line.Length - 1).Contains((byte)'\n') && UsageText.Read(line.AsSpan(0, line.Length - 1)) == record;
    }).Check(s_config);

    [Fact]
    public void No_text_is_longer_than_was_reckoned() => Prop.ForAll(Records(), record =>
        Line(record).Length <= UsageText.MostBytes(record) && JsonSerializer.SerializeToUtf8Bytes(record, JsonSerializerOptions.Web).Length <= UsageText.MostBytes(record)).Check(s_config);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"id\":\"req_1\"}")]
    [InlineData("{\"id\":\"\",\"user\":\"a\",\"key\":\"b\",\"operation\":\"chat\",\"model\":\"m\"}")]
    [InlineData("{\"id\":\"req_1\",\"user\":null,\"key\":\"b\",\"operation\":\"chat\",\"model\":\"m\"}")]
    [InlineData("{\"id\":\"req_1\",\"user\":\"a\",\"key\":\"b\",\"operation\":\"chat\",\"mod")]
    public void What_is_no_record_is_none(string line) => Assert.Null(UsageText.Read(Encoding.UTF8.GetBytes(line)));

    private static byte[] Line(UsageRecord record)
    {
        var output = new ArrayBufferWriter<byte>();
        UsageText.Write(output, record);
        return output.WrittenSpan.ToArray();
    }

    private static Arbitrary<UsageRecord> Records()
    {
        var text = Gen.Frequency((5, Gen.Elements("alice", "gpu-box", "qwen3:8b", "chat")), (1, Gen.Elements("Zoë", "\"quoted\"", "a\nb", "\u0001\u0002", new string('é', 256), "<&>+'")));
        var number = Gen.Frequency((5, Gen.Choose(0, 100_000).Select(one => (long)one)), (1, Gen.Elements(0L, long.MaxValue)));
        return (from names in text.ArrayOf(9) from numbers in number.ArrayOf(6) from few in Gen.Choose(0, 1)
            select new UsageRecord(names[0], names[1], names[2], names[3], names[4])
            {
                Proof = few == 0 ? null : names[5],
                KeyId = few == 0 ? null : names[8],
                Server = few == 0 ? null : names[6],
                ServedModel = few == 0 ? null : names[7],
                Error = few == 0 ? null : "stream_interrupted",
                Time = few == 0 ? default : DateTimeOffset.MaxValue,
                Status = few == 0 ? 0 : int.MinValue,
                PromptTokens = numbers[0],
                CachedTokens = numbers[1],
                CompletionTokens = numbers[2],
                Estimated = few == 0,
                Cost = few == 0 ? null : 79228162514264.337593543950335m,
                QueuedMs = numbers[3],
                FirstTokenMs = few == 0 ? null : numbers[4],
                DurationMs = numbers[5],
            }).ToArbitrary();
    }
}
