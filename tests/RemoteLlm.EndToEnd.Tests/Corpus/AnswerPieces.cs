using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Recording;

namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>Cuts a cassette's answer anew.</summary>
internal static class AnswerPieces
{
    private const byte FirstLeadByte = 0xC0;

    /// <summary>The pieces; together they are the answer.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Of(CassetteResponse answer, Chunking chunking)
    {
        if (chunking == Chunking.AsRecorded)
            return [.. answer.Chunks.Select(chunk => chunk.Bytes)];
        var bytes = MaskedChunks.Join(answer.Chunks);
        return [.. Split(bytes, [.. Cuts(bytes, chunking).Order().Distinct()])];
    }

    /// <summary>Whether it has a character of several bytes.</summary>
    public static bool HasLongCharacters(CassetteResponse answer) => MaskedChunks.Join(answer.Chunks).Any(value => value >= FirstLeadByte);

    private static IEnumerable<ReadOnlyMemory<byte>> Split(byte[] bytes, IReadOnlyList<int> cuts)
    {
        var start = 0;
        foreach (var cut in cuts.Where(cut => cut > 0 && cut < bytes.Length).Append(bytes.Length))
        {
            yield return bytes.AsMemory(start, cut - start);
            start = cut;
        }
    }

    private static IEnumerable<int> Cuts(byte[] bytes, Chunking chunking) => chunking switch
    {
        Chunking.OneByte => Enumerable.Range(1, bytes.Length - 1),
        Chunking.WithinCharacters => Enumerable.Range(0, bytes.Length).Where(at => bytes[at] >= FirstLeadByte).Select(at => at + 1),
        Chunking.WithinFrames => WithinLines(bytes),
        _ => [],
    };

    private static IEnumerable<int> WithinLines(byte[] bytes)
    {
        var start = 0;
        for (var at = 0; at <= bytes.Length; at++)
        {
            if (at < bytes.Length && bytes[at] is not ((byte)'\r' or (byte)'\n'))
                continue;
            if (at > start)
                yield return (start + at) / 2;
            // Of two line ends in a row, or of CR and LF, the second comes with what follows.
            else
                yield return at;
            start = at + 1;
        }
    }
}
