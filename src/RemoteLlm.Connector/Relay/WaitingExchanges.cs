using System.Collections.Concurrent;
using RemoteLlm.Connector.Scheduling;

namespace RemoteLlm.Connector.Relay;

/// <summary>The requests that wait for a slot now.</summary>
internal sealed class WaitingExchanges
{
    private readonly ConcurrentDictionary<Exchange, byte> _waiting = new(ReferenceEqualityComparer.Instance);

    public void Add(Exchange exchange) => _waiting.TryAdd(exchange, 0);

    public void Remove(Exchange exchange) => _waiting.TryRemove(exchange, out _);

    /// <summary>Those that came through the broker, by its ids, each with its place.</summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<(string Id, QueuePlace Place)> Places(int most)
    {
        if (_waiting.IsEmpty)
            return [];
        var places = new List<(string Id, QueuePlace Place)>();
        foreach (var (exchange, _) in _waiting)
        {
            if (places.Count < most && exchange is { BillingId.Length: > 0, Queue.Place: { } place })
                places.Add((exchange.BillingId, place));
        }

        return places;
    }
}
