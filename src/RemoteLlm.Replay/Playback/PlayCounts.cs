using System.Collections.Concurrent;

namespace RemoteLlm.Replay.Playback;

/// <summary>How often each cassette has answered; a cassette that never does is a dead file.</summary>
internal sealed class PlayCounts
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts one answer.</summary>
    public void Add(string cassette) => _counts.AddOrUpdate(cassette, 1, (_, count) => count + 1);

    /// <summary>Times that the cassette has answered.</summary>
    public long Of(string cassette) => _counts.GetValueOrDefault(cassette);
}
