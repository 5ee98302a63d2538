using System.Buffers;
using System.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Streams;
using RemoteLlm.Protocol.Tests.Dialects.Json;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Streams;

public sealed class LineStreamTrackerTests
{
    private const string Delta = """{"model":"m","message":{"role":"assistant","content":"Grüße \"done\":true 漢 \ud83d\ude00\\"},"n":-1.5e+3,"t":[true,null,{"done":true}],"done":false}""";

    [Theory]
    [InlineData("", true, false)]
    [InlineData("{\"done\":false}\n", true, false)]
    [InlineData("{\"done\":false}\n{", false, false)]
    [InlineData("{\"done\":true}\n", true, true)]
    [InlineData("{\"done\":true}\r\n", true, true)]
    [InlineData("{\"done\": true,\"x\":1}\n", true, true)]
    [InlineData("{\"done\":true}", false, true)]
    [InlineData("{\"done\":true", false, false)]
    [InlineData("{\"a\":\"\\\"done\\\":true\"}\n", true, false)]
    [InlineData("{\"a\":{\"done\":true},\"b\":[{\"done\":true}]}\n", true, false)]
    [InlineData("{\"status\":\"success\"}\n", true, true)]
    [InlineData("{\"status\":\"pulling \\\"success\\\"\"}\n", true, false)]
    [InlineData("{\"error\":\"no\"}\n", true, true)]
    [InlineData("{\"error\":{\"message\":\"no\"}}\n", true, true)]
    [InlineData("{\"error\":null}\n", true, false)]
    public void Knows_where_it_stands_at_every_split(string stream, bool boundary, bool done)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var tracker = Track(bytes[..split], bytes[split..]);
            Assert.Equal((boundary, done), (tracker.AtBoundary, tracker.DoneSeen));
            Assert.Equal(stream.Length == 0 ? AnswerStage.Awaited : AnswerStage.InOutput, tracker.Stage);
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Cut_at_any_byte_each_line_is_json_and_the_last_has_the_error(string lineEnd)
    {
        var stream = Encoding.UTF8.GetBytes($"{{\"first\":1}}{lineEnd}{Delta}{lineEnd}{Delta}{lineEnd}");
        for (var cut = 0; cut <= stream.Length; cut++)
            AssertEndsInError(Interrupted(stream[..cut]), $"cut {cut}");
    }

    [Fact]
    public void Random_lines_cut_anywhere_and_split_anyhow_end_in_the_error()
    {
        var first = Random.Shared.Next(int.MaxValue / 2);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {first}");
        for (var seed = first; seed < first + 3_000; seed++)
        {
            var json = new RandomJson(seed);
            var stream = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 3).Select(_ => "{\"x\":" + Encoding.UTF8.GetString(json.Document()).ReplaceLineEndings(" ").Replace('\r', ' ') + "}\n")));
            var cut = stream[..new Random(seed).Next(stream.Length)];

            var interrupted = Interrupted(cut);
            Assert.Equal(interrupted, Interrupted([.. json.Split(cut)]));
            AssertEndsInError(interrupted, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("{\"done\":true}\n", "")]
    [InlineData("{\"done\":true}", "\n")]
    [InlineData("{\"done\":false}\n{\"status\":\"success\"}", "\n")]
    [InlineData("{\"done\":true}\n{\"more", "\n")]
    public void After_the_last_line_there_is_no_error(string stream, string added) =>
        Assert.Equal(stream + added, Encoding.UTF8.GetString(Interrupted(Encoding.UTF8.GetBytes(stream))));

    [Fact]
    public void An_endless_line_takes_no_memory()
    {
        var piece = new byte[64 * 1024];
        piece.AsSpan().Fill((byte)'A');
        var tracker = Track("{\"image\":\""u8.ToArray(), piece);

        Assert.InRange(
            Allocations.OfARound(() =>
            {
                for (var i = 0; i < 640; i++)
                    tracker.Observe(piece);
            }),
            0,
            4096);
    }

    private static void AssertEndsInError(byte[] stream, string context)
    {
        var lines = Encoding.UTF8.GetString(stream).Split('\n');
        Assert.True(lines[^1].Length == 0, $"{context}: the last line does not end");
        foreach (var line in lines[..^2].Where(line => line.Length > 0))
        {
            using var valid = JsonDocument.Parse(line);
        }

        using var last = JsonDocument.Parse(lines[^2]);
        Assert.True(last.RootElement.EnumerateObject().Last() is { Name: "error", Value.ValueKind: JsonValueKind.String }, $"{context}: {lines[^2]}");
    }

    private static byte[] Interrupted(params byte[][] pieces)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write(pieces.SelectMany(piece => piece).ToArray());
        Track(pieces).WriteInterruption(output, ApiErrors.StreamInterrupted());
        return output.WrittenSpan.ToArray();
    }

    private static StreamTracker Track(params byte[][] pieces)
    {
        var tracker = StreamTracker.For(StreamFormat.ChatLines);
        foreach (var piece in pieces)
            tracker.Observe(piece);
        return tracker;
    }
}
