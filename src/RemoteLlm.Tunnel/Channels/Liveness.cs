namespace RemoteLlm.Tunnel.Channels;

/// <summary>
/// Decides when to ping and when the peer is dead. Pure arithmetic over a clock, driven by <see cref="Check"/> about twice a second.
/// Source of the rule: PROTOCOL.md, section 7.
/// </summary>
internal sealed class Liveness(TimeProvider time, TimeSpan pingAfter, TimeSpan deadAfter)
{
    /// <summary>A line that is never quiet is measured too.</summary>
    public static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(20);

    private long _lastFrame = time.GetTimestamp();
    private long _lastPing = time.GetTimestamp();
    private long _lastToken;
    private long _roundTripTicks;
    private bool _paused;

    public enum Verdict
    {
        Alive,
        SendPing,
        Dead,
    }

    /// <summary>Last measured round trip; null until the first pong. Kept over a change of the socket.</summary>
    public TimeSpan? RoundTrip => Volatile.Read(ref _roundTripTicks) is var ticks and > 0 ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>A new socket: its silence begins now, and pongs of the old one count no more.</summary>
    public void Restart()
    {
        Volatile.Write(ref _lastToken, 0);
        Volatile.Write(ref _lastPing, time.GetTimestamp());
        OnFrame();
    }

    /// <summary>Nothing is read for a while, for reasons of our own: silence proves nothing until the next <see cref="OnFrame"/>.</summary>
    public void Pause() => Volatile.Write(ref _paused, true);

    /// <summary>Something has come.</summary>
    public void OnFrame()
    {
        Volatile.Write(ref _lastFrame, time.GetTimestamp());
        Volatile.Write(ref _paused, false);
    }

    /// <summary>A pong has come. A token that we did not send is ignored: it is no violation, only no measurement.</summary>
    public void OnPong(long token)
    {
        if (token == Volatile.Read(ref _lastToken) && token != 0)
            Volatile.Write(ref _roundTripTicks, Math.Max(1, time.GetElapsedTime(token).Ticks));
    }

    /// <summary>Token of the next ping: the time at which it is sent.</summary>
    public long NextToken()
    {
        var token = time.GetTimestamp();
        Volatile.Write(ref _lastPing, token);
        Volatile.Write(ref _lastToken, token);
        return token;
    }

    public Verdict Check()
    {
        var silence = time.GetElapsedTime(Volatile.Read(ref _lastFrame));
        if (silence >= deadAfter && !Volatile.Read(ref _paused))
            return Verdict.Dead;
        var unasked = time.GetElapsedTime(Volatile.Read(ref _lastPing));
        return unasked >= MeasureEvery || (silence >= pingAfter && unasked >= pingAfter) ? Verdict.SendPing : Verdict.Alive;
    }
}
