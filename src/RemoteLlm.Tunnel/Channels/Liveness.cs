namespace RemoteLlm.Tunnel.Channels;

/// <summary>
/// Decides when to ping and when the peer is dead. Pure arithmetic over a clock, driven by <see cref="Check"/> about once a second.
/// Source of the rule: PROTOCOL.md, section 6.
/// </summary>
internal sealed class Liveness(TimeProvider time, TimeSpan pingAfter, TimeSpan deadAfter)
{
    private long _lastFrame = time.GetTimestamp();
    private long _lastPing;
    private long _roundTripTicks;

    public enum Verdict
    {
        Alive,
        SendPing,
        Dead,
    }

    /// <summary>Last measured round trip; null until the first pong.</summary>
    public TimeSpan? RoundTrip => Volatile.Read(ref _roundTripTicks) is var ticks and > 0 ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>A frame of any kind has come.</summary>
    public void OnFrame() => Volatile.Write(ref _lastFrame, time.GetTimestamp());

    /// <summary>A pong has come. A token that we did not send is ignored: it is no violation, only no measurement.</summary>
    public void OnPong(long token)
    {
        if (token == Volatile.Read(ref _lastPing) && token != 0)
            Volatile.Write(ref _roundTripTicks, Math.Max(1, time.GetElapsedTime(token).Ticks));
    }

    /// <summary>Token of the next ping: the time at which it is sent.</summary>
    public long NextToken()
    {
        var token = time.GetTimestamp();
        Volatile.Write(ref _lastPing, token);
        return token;
    }

    public Verdict Check()
    {
        var silence = time.GetElapsedTime(Volatile.Read(ref _lastFrame));
        if (silence >= deadAfter)
            return Verdict.Dead;
        if (silence < pingAfter)
            return Verdict.Alive;
        var ping = Volatile.Read(ref _lastPing);
        return ping == 0 || time.GetElapsedTime(ping) >= pingAfter ? Verdict.SendPing : Verdict.Alive;
    }
}
