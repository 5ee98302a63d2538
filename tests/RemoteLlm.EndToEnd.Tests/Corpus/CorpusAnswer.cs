using RemoteLlm.Replay.Cassettes;

namespace RemoteLlm.EndToEnd.Tests.Corpus;

/// <summary>What the LLM server answers next.</summary>
/// <param name="Answer">Status, headers, and how it ends.</param>
/// <param name="Pieces">Its body.</param>
/// <param name="Delivery">Holds each piece back until the client has those before; null sends them as fast as they go.</param>
internal sealed record CorpusAnswer(CassetteResponse Answer, IReadOnlyList<ReadOnlyMemory<byte>> Pieces, Delivery? Delivery);
