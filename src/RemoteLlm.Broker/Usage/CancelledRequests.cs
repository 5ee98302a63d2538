using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Broker.Usage;

/// <summary>
/// The requests that operators cancelled lately. All that a connector sees of a cancellation is a stream that was reset, as when a client leaves, and so it writes into its record; the broker, which
/// knows better, puts it right when the record comes. So the ledger says who ended the request whatever release the connector is of, and nothing has to reach it before the reset does.
/// </summary>
/// <remarks>Safe for concurrent use. It goes with the process: of a request that was cancelled before a restart and settled after it the ledger says that its client left.</remarks>
internal sealed class CancelledRequests
{
    /// <summary>Requests that are remembered; operators cancel by hand.</summary>
    public const int Kept = 10_000;

    private readonly Lock _gate = new();
    private readonly HashSet<UInt128> _known = [];
    private readonly Queue<UInt128> _order = new();

    /// <summary>An operator cancels a request.</summary>
    /// <param name="id">The broker's own id of it.</param>
    public void Note(string id)
    {
        if (!UsageId.TryParse(id, out var key))
            return;
        lock (_gate)
        {
            if (!_known.Add(RequestOf(key)))
                return;
            _order.Enqueue(RequestOf(key));
            if (_order.Count > Kept)
                _known.Remove(_order.Dequeue());
        }
    }

    /// <summary>A connector's record with what the broker knows better.</summary>
    /// <param name="key">Its id.</param>
    /// <param name="record">As it came.</param>
    public UsageRecord Corrected(UInt128 key, UsageRecord record)
    {
        if (record.Error != UsageOutcomes.ClientGone || !Has(key))
            return record;
        // A client that had nothing of an answer yet was told so.
        return record with { Error = UsageOutcomes.Cancelled, Status = record.Status == UsageOutcomes.ClientGoneStatus ? ApiErrors.RequestCancelled().Status : record.Status };
    }

    private bool Has(UInt128 key)
    {
        lock (_gate)
            return _known.Contains(RequestOf(key));
    }

    // Attempts differ in the last digit (AttemptId).
    private static UInt128 RequestOf(UInt128 key) => key >> 4;
}
