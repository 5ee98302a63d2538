using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Connectors;

/// <summary>
/// How far a connector has followed the roster over one control connection. One push is under way at a time, the first of them inside the grant, and the next is made from the revision that the
/// connector acknowledges: so every partial one fits, however fast users change, and what changes meanwhile travels as one.
/// </summary>
/// <param name="control">The control connection. The next one begins anew with what the connector then says that it has.</param>
internal sealed class RosterDelivery(ControlLine control)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _settled = NewSignal();
    private bool _underWay = true;
    private bool _isWanted;
    private bool _isWhole;
    private long _sent = long.MaxValue;

    /// <summary>Where it goes.</summary>
    public ControlLine Control => control;

    /// <summary>The revision that the connector has acknowledged; null when it has none that changes could be applied to.</summary>
    public long? Held { get; private set; }

    /// <summary>Users have changed. True when the caller is to send what there is; false while something is under way, whose acknowledgement leads to the next.</summary>
    public bool TryBegin()
    {
        lock (_gate)
        {
            if (_underWay)
                return !(_isWanted = true);
            Begin_NeedsLock();
            return true;
        }
    }

    /// <summary>Says what is sent now.</summary>
    /// <returns>Completes when the connector has answered, or the control connection is over.</returns>
    public Task Sending(RosterPush push)
    {
        lock (_gate)
        {
            (_sent, _isWhole) = (push.Revision, push.Since is null);
            return _settled.Task;
        }
    }

    /// <summary>The connector answers to what was sent last.</summary>
    /// <param name="revision">What it has; anything below what was sent means that it could not apply that.</param>
    /// <param name="newest">What it is to have.</param>
    /// <returns>What to do now.</returns>
    public RosterAnswer Acknowledge(long revision, long newest)
    {
        lock (_gate)
        {
            if (!_underWay)
                return RosterAnswer.Done;
            _underWay = false;
            _settled.TrySetResult();
            var isTaken = revision >= _sent;
            Held = isTaken ? revision : null;
            // A whole one that is refused would be refused again: not sent before there is another.
            if (!_isWanted && (isTaken ? revision >= newest : _isWhole && _sent >= newest))
                return isTaken ? RosterAnswer.Done : RosterAnswer.Refused;
            Begin_NeedsLock();
            return RosterAnswer.Send;
        }
    }

    /// <summary>The control connection is over; nothing is sent any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _underWay = true;
            _settled.TrySetResult();
        }
    }

    private void Begin_NeedsLock()
    {
        (_underWay, _isWanted) = (true, false);
        _settled = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What follows from a connector's answer to a roster.</summary>
internal enum RosterAnswer
{
    /// <summary>Nothing: it has the newest.</summary>
    Done,

    /// <summary>The next is to be sent.</summary>
    Send,

    /// <summary>Nothing until users change: it cannot apply a whole roster.</summary>
    Refused,
}
