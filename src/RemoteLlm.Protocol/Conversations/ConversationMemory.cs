namespace RemoteLlm.Protocol.Conversations;

/// <summary>
/// Where a conversation went last, a connector or a server: its prompt is still in a cache there. Bounded: when one generation of entries is full, the one before it is
/// forgotten. An entry that is used moves to the younger generation.
/// </summary>
public sealed class ConversationMemory
{
    /// <summary>Entries in a generation: two of them are about 10 MB.</summary>
    private const int Generation = 50_000;

    private readonly Lock _gate = new();
    private Dictionary<UInt128, string> _young = [];
    private Dictionary<UInt128, string> _old = [];

    /// <summary>Where it went, by the first key that is known; null when none is.</summary>
    public string? Find(IReadOnlyList<UInt128> keys)
    {
        lock (_gate)
        {
            foreach (var key in keys)
            {
                if (_young.TryGetValue(key, out var place) || _old.TryGetValue(key, out place))
                    return place;
            }
        }

        return null;
    }

    /// <summary>Remembers where it went, under all its keys.</summary>
    public void Remember(IReadOnlyList<UInt128> keys, string place)
    {
        lock (_gate)
        {
            foreach (var key in keys)
                _young[key] = place;
            if (_young.Count >= Generation)
                (_old, _young) = (_young, []);
        }
    }
}
