namespace RemoteLlm.Hosting.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>Finds a stored set of tags by the span that a measurement came with: in the order given, without building a key.</summary>
internal sealed class TagsComparer : IEqualityComparer<Tag[]>, IAlternateEqualityComparer<ReadOnlySpan<Tag>, Tag[]>
{
    public static TagsComparer Instance { get; } = new();

    public Tag[] Create(ReadOnlySpan<Tag> alternate) => alternate.ToArray();

    public bool Equals(Tag[]? x, Tag[]? y) => x is null || y is null ? ReferenceEquals(x, y) : Equals((ReadOnlySpan<Tag>)x, y);

    public int GetHashCode(Tag[] obj) => GetHashCode((ReadOnlySpan<Tag>)obj);

    public bool Equals(ReadOnlySpan<Tag> alternate, Tag[] other)
    {
        if (alternate.Length != other.Length) return false;
        for (var i = 0; i < other.Length; i++)
        {
            if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value)) return false;
        }

        return true;
    }

    public int GetHashCode(ReadOnlySpan<Tag> alternate)
    {
        // Values alone: the names of one instrument's tags are nearly always the same.
        var hash = default(HashCode);
        foreach (var (_, value) in alternate) hash.Add(value);
        return hash.ToHashCode();
    }
}
