using System.Globalization;
using System.IO.Pipelines;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Tunnel.Tests.Forwarding;

/// <summary>What is sent of a held body with edits is what an array would be with the same edits, wherever memory ends and the file begins.</summary>
public sealed class BodyEditTests
{
    private const int MemoryLimit = 100;
    private const int Bodies = 2_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    // In memory.
    [InlineData(50, 0, 0)]
    [InlineData(50, 50, 0)]
    [InlineData(50, 10, 40)]
    [InlineData(50, 0, 50)]
    [InlineData(0, 0, 0)]
    // Where the file begins, at byte 60.
    [InlineData(300, 10, 5)]
    [InlineData(300, 60, 0)]
    [InlineData(300, 59, 2)]
    [InlineData(300, 60, 240)]
    [InlineData(300, 61, 5)]
    [InlineData(300, 300, 0)]
    [InlineData(300, 0, 300)]
    public async Task One_edit_is_made_where_it_belongs(int length, int at, int remove)
    {
        var bytes = Draw(new Random(length), length);
        await using var body = await HoldAsync(bytes, 60);

        await AssertSends(body, bytes, [new BodyEdit(at, remove, "inserted"u8.ToArray())], "");
        await AssertSends(body, bytes, [new BodyEdit(at, remove, default)], "");
        Assert.Equal(bytes, await body.CreateContent().ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Any_edits_of_any_body()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}");
        for (var seed = Draws.Seed; seed < Draws.Seed + Bodies; seed++)
        {
            var random = new Random(seed);
            var bytes = Draw(random, random.Next(4) == 0 ? random.Next(MemoryLimit) : random.Next(400));
            await using var body = await HoldAsync(bytes, random.Next(1, 120));
            var edits = new List<BodyEdit>();
            for (var at = random.Next(bytes.Length + 1); edits.Count < random.Next(1, 5) && at <= bytes.Length; at += random.Next(1, 100))
            {
                var remove = random.Next(Math.Min(60, bytes.Length - at + 1));
                edits.Add(new BodyEdit(at, remove, Draw(random, random.Next(20))));
                at += remove;
            }

            await AssertSends(body, bytes, edits, $"seed {seed}");
        }
    }

    [Fact]
    public async Task A_body_that_is_not_held_whole_is_not_edited()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("begin"u8.ToArray(), Token);
        await using var body = new HeldBody(pipe.Reader, null, MemoryLimit);
        await body.ReadAsync(_ => false, Token).OrHang();

        Assert.Throws<InvalidOperationException>(() => body.CreateContent([new BodyEdit(0, 1, default)]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(MemoryLimit)]
    [InlineData(300)]
    [InlineData(200_000)]
    public async Task What_is_held_can_be_read_again_and_again(int length)
    {
        var bytes = Draw(new Random(length), length);
        await using var body = await HoldAsync(bytes, 1000);
        for (var time = 0; time < 2; time++)
        {
            using var read = new MemoryStream();
            await body.ReadHeldAsync(piece => read.Write(piece.Span), Token).OrHang();
            Assert.Equal(bytes, read.ToArray());
        }
    }

    private static async Task AssertSends(HeldBody body, byte[] bytes, List<BodyEdit> edits, string context)
    {
        var expected = new List<byte>();
        long from = 0;
        foreach (var edit in edits)
        {
            expected.AddRange(bytes[(int)from..(int)edit.At]);
            expected.AddRange(edit.Insert.ToArray());
            from = edit.At + edit.Remove;
        }

        expected.AddRange(bytes[(int)from..]);
        var content = body.CreateContent(edits);
        Assert.True(content.Headers.ContentLength == expected.Count, context);
        Assert.True((await content.ReadAsByteArrayAsync(Token)).AsSpan().SequenceEqual(expected.ToArray()), context);
    }

    private static byte[] Draw(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task<HeldBody> HoldAsync(byte[] bytes, int piece)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var body = new HeldBody(pipe.Reader, null, MemoryLimit);
        for (var at = 0; at < bytes.Length; at += piece)
        {
            await pipe.Writer.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)), Token);
            await body.ReadAsync(_ => false, Token).OrHang();
        }

        await pipe.Writer.CompleteAsync();
        await body.ReadAsync(_ => true, Token).OrHang();
        return body;
    }
}
