using System.Text;
using System.Text.Json;
using RemoteLlm.EndToEnd.Tests.Corpus;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Replay.Cassettes;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>
/// Every cassette, in whatever pieces the LLM server sends it, through broker and connector: the client receives the bytes that it would receive from the server itself. What we
/// change on purpose has a test of its own, and is told by what the answer is, not by its name.
/// </summary>
public sealed class CorpusTests(CorpusFixture corpus) : IClassFixture<CorpusFixture>
{
    private static readonly Chunking[] s_chunkings = Enum.GetValues<Chunking>();

    public static TheoryData<string, Chunking> Unchanged => Cases(CorpusCassettes.Unchanged);

    public static TheoryData<string, Chunking> Cut => Cases(CorpusCassettes.Relayed.Where(CorpusCassettes.IsCut));

    public static TheoryData<string, Chunking> Chunks => Cases(CorpusCassettes.Unchanged.Where(CorpusCassettes.IsChunks));

    public static TheoryData<string, Chunking> Foreign => Cases(CorpusCassettes.Relayed.Where(cassette => !CorpusCassettes.IsRerank(cassette) && CorpusCassettes.Foreign(cassette) is not null));

    [Fact]
    public void Corpus_is_large_and_has_every_dialect()
    {
        Assert.InRange(CorpusCassettes.Unchanged.Count(), 90, int.MaxValue);
        Assert.Equal([Dialect.OpenAi, Dialect.Anthropic, Dialect.Ollama], CorpusCassettes.Unchanged.Select(cassette => CorpusCassettes.Endpoint(cassette).Dialect).Distinct().Order());
        Assert.NotEmpty(Foreign);
        Assert.NotEmpty(Cut);
    }

    [Theory]
    [MemberData(nameof(Unchanged))]
    public async Task Bytes_through_the_relay_are_those_received_direct(string name, Chunking chunking)
    {
        var cassette = CorpusCassettes.Named(name);
        var direct = await corpus.Direct(cassette);
        // Who says nothing about usage has it taken out again: that is another test.
        using var request = CorpusCassettes.IsChunks(cassette) ? await CorpusRequest.WithUsage(cassette, usage: true) : CorpusRequest.Plain(cassette);
        var asked = await request.Content!.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        var relayed = await corpus.Relayed(cassette, chunking, request, inStep: cassette.Response is { Streamed: true, Status: 200 } && chunking != Chunking.OneByte);

        AssertSame(direct, relayed);
        Assert.True(corpus.Asked.Span.SequenceEqual(asked), "the LLM server was asked something else");
    }

    [Theory]
    [MemberData(nameof(Chunks))]
    public async Task Client_that_declines_usage_is_believed(string name, Chunking chunking)
    {
        var cassette = CorpusCassettes.Named(name);
        var direct = await corpus.Direct(cassette);
        using var request = await CorpusRequest.WithUsage(cassette, usage: false);
        var asked = await request.Content!.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        var relayed = await corpus.Relayed(cassette, chunking, request);

        AssertSame(direct, relayed);
        Assert.True(corpus.Asked.Span.SequenceEqual(asked), "the LLM server was asked something else");
    }

    [Theory]
    [MemberData(nameof(Chunks))]
    public async Task Client_that_is_silent_on_usage_receives_all_but_the_usage(string name, Chunking chunking)
    {
        var cassette = CorpusCassettes.Named(name);
        var direct = await corpus.Direct(cassette);
        using var request = await CorpusRequest.WithUsage(cassette, usage: null);

        var relayed = await corpus.Relayed(cassette, chunking, request);

        AssertSame(direct with { Body = UsageRemoved.From(direct.Body, out _, out _) }, relayed);
        using var asked = JsonDocument.Parse(corpus.Asked);
        Assert.True(asked.RootElement.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public void Corpus_has_usage_in_frames_of_its_own_and_on_frames_with_a_choice()
    {
        var (frames, members) = (0, 0);
        foreach (var cassette in CorpusCassettes.Unchanged.Where(CorpusCassettes.IsChunks))
        {
            UsageRemoved.From([.. cassette.Response.Chunks.SelectMany(chunk => chunk.Bytes.ToArray())], out var gone, out var taken);
            (frames, members) = (frames + gone, members + taken);
        }

        Assert.InRange(frames, 3, int.MaxValue);
        Assert.InRange(members, 5, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Cut))]
    public async Task Stream_that_the_LLM_server_breaks_off_is_its_bytes_and_an_honest_error(string name, Chunking chunking)
    {
        var cassette = CorpusCassettes.Named(name);
        var direct = await corpus.Direct(cassette);
        Assert.True(direct.Broken);
        using var request = CorpusCassettes.IsChunks(cassette) ? await CorpusRequest.WithUsage(cassette, usage: true) : CorpusRequest.Plain(cassette);

        var relayed = await corpus.Relayed(cassette, chunking, request);

        Assert.Equal((direct.Status, direct.ContentType), (relayed.Status, relayed.ContentType));
        Assert.True(relayed.Body.AsSpan().StartsWith(direct.Body), $"the beginning is not what the server sent: {relayed.Text}");
        Assert.False(relayed.Broken);
        CutAssert.EndsInError(CorpusCassettes.Endpoint(cassette), relayed.Text, relayed.Text[direct.Text.Length..]);
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task Error_that_clients_would_not_understand_is_told_in_their_language(string name, Chunking chunking)
    {
        var cassette = CorpusCassettes.Named(name);
        var expected = CorpusCassettes.Foreign(cassette)!;
        using var request = CorpusRequest.Plain(cassette);

        var relayed = await corpus.Relayed(cassette, chunking, request);

        Assert.True(relayed.Status == expected.Status, $"{relayed.Status} instead of {expected}: {relayed.Text}");
        Assert.StartsWith("application/json", relayed.ContentType, StringComparison.Ordinal);
        if (CorpusCassettes.Endpoint(cassette).Dialect == Dialect.OpenAi)
        {
            ErrorAssert.IsEvent(relayed.Text, expected.Status >= 500 ? "server_error" : "invalid_request_error", expected.Code);
        }
        else
        {
            using var error = JsonDocument.Parse(relayed.Body);
            Assert.NotEmpty(error.RootElement.GetProperty("error").GetString()!);
        }
    }

    private static TheoryData<string, Chunking> Cases(IEnumerable<Cassette> cassettes) =>
        [.. from cassette in cassettes
            from chunking in s_chunkings
            where chunking != Chunking.WithinCharacters || AnswerPieces.HasLongCharacters(cassette.Response)
            select (cassette.Name, chunking)];

    private static void AssertSame(CorpusReply direct, CorpusReply relayed)
    {
        Assert.Equal((direct.Status, direct.ContentType, direct.Broken), (relayed.Status, relayed.ContentType, relayed.Broken));
        if (!direct.Body.AsSpan().SequenceEqual(relayed.Body))
            Assert.Equal(Encoding.Latin1.GetString(direct.Body), Encoding.Latin1.GetString(relayed.Body));
    }
}
