using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Connectors;

/// <summary>
/// The control connections that have opened no session yet: few of one token, and none for long. Sessions have a cap of their own; without this one, whoever
/// holds a token could open connections without end and leave them at that.
/// </summary>
internal sealed class ControlLobby(TimeProvider time)
{
    /// <summary>How many of one token may wait: twice the sessions that a connector has by default, so that no successor is held up.</summary>
    public const int PerToken = 8;

    /// <summary>How long one may wait. A connector asks for its session as soon as it is connected, within two round trips.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<KeyDigest, int> _waiting = [];

    /// <summary>Takes a control connection in.</summary>
    /// <param name="token">The token that it presented.</param>
    /// <param name="overstayed">Ends the connection: it opened no session in time.</param>
    /// <returns>The visit, to be disposed when the session is open or the connection has ended; null when too many of this token wait already.</returns>
    public ControlVisit? Enter(KeyDigest token, Action overstayed)
    {
        lock (_gate)
        {
            var waiting = _waiting.GetValueOrDefault(token);
            if (waiting >= PerToken)
                return null;
            _waiting[token] = waiting + 1;
        }

        return new ControlVisit(() => Leave(token), overstayed, Longest, time);
    }

    private void Leave(KeyDigest token)
    {
        lock (_gate)
        {
            var waiting = _waiting[token] - 1;
            if (waiting == 0)
                _waiting.Remove(token);
            else
                _waiting[token] = waiting;
        }
    }
}
