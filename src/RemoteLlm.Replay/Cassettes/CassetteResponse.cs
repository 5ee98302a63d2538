namespace RemoteLlm.Replay.Cassettes;

/// <summary>An answer, byte for byte.</summary>
/// <param name="Status">HTTP status, 200 to 599.</param>
/// <param name="Headers">Headers in order, without those that frame the message.</param>
/// <param name="After">Wait before the status line.</param>
/// <param name="Streamed">True: chunks without a length; false: one body whose length is announced.</param>
/// <param name="Chunks">The body; a body that is not streamed is one chunk.</param>
/// <param name="End">How the answer ends.</param>
internal sealed record CassetteResponse(
    int Status,
    IReadOnlyList<CassetteHeader> Headers,
    TimeSpan After,
    bool Streamed,
    IReadOnlyList<CassetteChunk> Chunks,
    ResponseEnd End)
{
    /// <summary>Bytes of the body.</summary>
    public long Length => Chunks.Sum(chunk => (long)chunk.Bytes.Length);
}

/// <summary>One response header; a repeated header has several values.</summary>
internal sealed record CassetteHeader(string Name, IReadOnlyList<string> Values);

/// <summary>One piece of a body, written and flushed on its own.</summary>
/// <param name="After">Wait since the piece before (or the headers).</param>
/// <param name="Bytes">Its bytes; may end within a character.</param>
internal sealed record CassetteChunk(TimeSpan After, ReadOnlyMemory<byte> Bytes);
