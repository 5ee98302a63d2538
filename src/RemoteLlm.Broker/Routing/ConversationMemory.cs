namespace RemoteLlm.Broker.Routing;

/// <summary>
/// Which connector a conversation went to last: its prompt is still in a cache there. Bounded: when one generation of entries is full, the one before it is
/// forgotten. An entry that is used moves to the younger generation.
/// </summary>
internal sealed class ConversationMemory
{
    /// <summary>Entries in a generation: two of them are about 10 MB.</summary>
    private const int Generation = 50_000;

    private readonly Lock _gate = new();
    private Dictionary<UInt128, string> _young = [];
    private Dictionary<UInt128, string> _old = [];

    /// <summary>The connector's id by the first key that is known; null when none is.</summary>
    public string? Find(IReadOnlyList<UInt128> keys)
    {
        lock (_gate)
        {
            foreach (var key in keys)
            {
                if (_young.TryGetValue(key, out var connector) || _old.TryGetValue(key, out connector))
                    return connector;
            }
        }

        return null;
    }

    /// <summary>Remembers where it went, under all its keys.</summary>
    public void Remember(IReadOnlyList<UInt128> keys, string connector)
    {
        lock (_gate)
        {
            foreach (var key in keys)
                _young[key] = connector;
            if (_young.Count >= Generation)
                (_old, _young) = (_young, []);
        }
    }
}
