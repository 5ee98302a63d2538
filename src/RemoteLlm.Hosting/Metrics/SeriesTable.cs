using System.Collections.Concurrent;

namespace RemoteLlm.Hosting.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>
/// The series of one metric, found by tags. The same tags in another order, or with values that are written alike, are the same series. At most
/// <paramref name="limit"/> are kept apart; what comes after is added up in one more.
/// </summary>
/// <param name="limit">Series kept apart.</param>
/// <param name="create">Makes a series with the given labels.</param>
internal sealed class SeriesTable(int limit, Func<string, Series> create)
{
    /// <summary>The labels of the series that takes what is over the limit.</summary>
    public const string OverflowLabels = "overflow=\"true\"";

    private readonly Lock _adding = new();
    private readonly Dictionary<string, Series> _byLabels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Tag[], Series> _byTags = new(TagsComparer.Instance);
    private Series? _overflow;

    public Series Find(ReadOnlySpan<Tag> tags)
    {
        if (_byTags.GetAlternateLookup<ReadOnlySpan<Tag>>().TryGetValue(tags, out var known)) return known;
        return Volatile.Read(ref _overflow) ?? Add(tags.ToArray());
    }

    /// <summary>All series, in a stable order.</summary>
    public IReadOnlyList<Series> All()
    {
        lock (_adding)
        {
            var series = _byLabels.Values.OrderBy(one => one.Labels, StringComparer.Ordinal);
            return [.. _overflow is null ? series : series.Append(_overflow)];
        }
    }

    public void Clear()
    {
        lock (_adding)
        {
            _byTags.Clear();
            _byLabels.Clear();
            _overflow = null;
        }
    }

    private Series Add(Tag[] tags)
    {
        var labels = LabelText.Of(tags);
        lock (_adding)
        {
            if (!_byLabels.TryGetValue(labels, out var series))
            {
                if (_byLabels.Count >= limit) return _overflow ??= create(OverflowLabels);
                _byLabels.Add(labels, series = create(labels));
            }

            // Other orders of the same tags are remembered too, but not without bound.
            if (_byTags.Count < limit * 4) _byTags.TryAdd(tags, series);
            return series;
        }
    }
}
