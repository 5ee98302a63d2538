using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>What a <see cref="StandInBroker"/> is told of usage: it counts a record once, as a ledger does, and has the troubles that a test wants.</summary>
internal sealed class StandInLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, UsageRecord> _records = new(StringComparer.Ordinal);
    private readonly List<HttpContext> _controls = [];
    private TaskCompletionSource _changed = NewSignal();
    private int _batches;

    /// <summary>Control connections are refused.</summary>
    public bool IsAway { get; set; }

    /// <summary>A batch is counted, and the control connection lost before the receipt is sent.</summary>
    public bool LosesReceipts { get; set; }

    /// <summary>It cannot be written.</summary>
    public bool IsFull { get; set; }

    /// <summary>The records that count.</summary>
    public IReadOnlyList<UsageRecord> Records
    {
        get { lock (_gate) return [.. _records.Values]; }
    }

    /// <summary>Batches that came, those that failed among them.</summary>
    public int Batches
    {
        get { lock (_gate) return _batches; }
    }

    /// <summary>Ends the control connections; they are refused until <see cref="IsAway"/> is false again.</summary>
    public void GoAway()
    {
        lock (_gate)
        {
            IsAway = true;
            _controls.ForEach(control => control.Abort());
        }
    }

    /// <summary>Waits until it has been told something that makes the condition true.</summary>
    public async Task Until(Func<bool> holds)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
                changed = _changed.Task;
            if (holds())
                return;
            await changed.OrHang("usage that makes the condition true");
        }
    }

    internal async Task Meet(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments(ControlContract.Path))
        {
            await next(context);
            return;
        }

        lock (_gate)
        {
            if (!IsAway)
                _controls.Add(context);
            else
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }

        if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            return;
        await next(context);
        lock (_gate)
            _controls.Remove(context);
    }

    internal Task<UsageReceipt> Settle(UsageBatch batch, Action abort)
    {
        lock (_gate)
        {
            _batches++;
            if (!IsFull)
                batch.Records.ToList().ForEach(record => _records.TryAdd(record.Id, record));
            _changed.SetResult();
            _changed = NewSignal();
        }

        if (IsFull)
            throw new HubException("the ledger cannot be written now: send the usage again later");
        if (!LosesReceipts)
            return Task.FromResult(new UsageReceipt([], []));
        abort();
        return new TaskCompletionSource<UsageReceipt>().Task;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
