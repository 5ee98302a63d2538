using RemoteLlm.Replay.Cassettes;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Playback;

/// <summary>The cassettes that a server plays. Of several that match a request, the most specific answers, then the first by name.</summary>
internal sealed class CassetteLibrary(IReadOnlyList<Cassette> cassettes)
{
    /// <summary>All of them, in the order of their names.</summary>
    public IReadOnlyList<Cassette> Cassettes { get; } = cassettes;

    /// <summary>The cassette that answers; null when none matches.</summary>
    public Cassette? Find(IncomingRequest request) =>
        Cassettes.Where(cassette => cassette.Request.Compare(request).Count == 0).MaxBy(cassette => cassette.Request.Weight);

    /// <summary>
    /// The cassettes that come closest to a request that none matches: the same path first, then the fewest differences,
    /// then the one that looked at most.
    /// </summary>
    public IReadOnlyList<NearMiss> Nearest(IncomingRequest request, int count)
    {
        var misses = Cassettes.Select(cassette => new NearMiss(cassette, cassette.Request.Compare(request)));
        var ranked = misses.OrderBy(miss => miss.Cassette.Request.Path != request.Path)
            .ThenBy(miss => miss.Differences.Count)
            .ThenByDescending(miss => miss.Cassette.Request.Weight);
        return [.. ranked.Take(count)];
    }
}

/// <summary>A cassette that almost answered, and why it did not.</summary>
internal sealed record NearMiss(Cassette Cassette, IReadOnlyList<Mismatch> Differences);
