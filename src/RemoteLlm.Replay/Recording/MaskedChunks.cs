using RemoteLlm.Replay.Cassettes;

namespace RemoteLlm.Replay.Recording;

/// <summary>Masks a body as a whole and cuts it into its chunks again, so that a secret is found where it lies across two of them.</summary>
internal static class MaskedChunks
{
    /// <summary>The same chunks, as long as before, without secrets.</summary>
    public static IReadOnlyList<CassetteChunk> Of(IReadOnlyList<CassetteChunk> chunks, SecretMask mask)
    {
        var whole = mask.Bytes(Join(chunks));
        var masked = new List<CassetteChunk>(chunks.Count);
        var from = 0;
        foreach (var chunk in chunks)
        {
            masked.Add(chunk with { Bytes = whole.AsMemory(from, chunk.Bytes.Length) });
            from += chunk.Bytes.Length;
        }

        return masked;
    }

    /// <summary>The whole body.</summary>
    public static byte[] Join(IReadOnlyList<CassetteChunk> chunks)
    {
        var whole = new byte[chunks.Sum(chunk => chunk.Bytes.Length)];
        var at = 0;
        foreach (var chunk in chunks)
        {
            chunk.Bytes.Span.CopyTo(whole.AsSpan(at));
            at += chunk.Bytes.Length;
        }

        return whole;
    }
}
