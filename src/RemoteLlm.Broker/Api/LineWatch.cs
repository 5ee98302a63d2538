namespace RemoteLlm.Broker.Api;

/// <summary>Watches the line of one channel and, while it is down, gives the streams that run over it their heartbeats.</summary>
internal sealed class LineWatch
{
    /// <summary>From the loss to the first heartbeat: most lines are back before it.</summary>
    public static readonly TimeSpan FirstBeat = TimeSpan.FromSeconds(1);

    /// <summary>Between heartbeats: well within the shortest idle time that proxies are commonly set to, 30 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Func<bool> _up;
    private readonly Func<Task> _changed;
    private readonly Task _ended;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly HashSet<HeartbeatStream> _streams = [];

    /// <summary>Watches until the channel has ended.</summary>
    /// <param name="up">Whether the line is up.</param>
    /// <param name="changed">A task that completes at the next change of that.</param>
    /// <param name="ended">Completes when the channel has ended.</param>
    /// <param name="time">Where time comes from.</param>
    public LineWatch(Func<bool> up, Func<Task> changed, Task ended, TimeProvider time)
    {
        (_up, _changed, _ended, _time) = (up, changed, ended, time);
        _ = WatchAsync();
    }

    public void Add(HeartbeatStream stream)
    {
        lock (_gate)
            _streams.Add(stream);
    }

    public void Remove(HeartbeatStream stream)
    {
        lock (_gate)
            _streams.Remove(stream);
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            var changed = _changed();
            if (_ended.IsCompleted)
                return;
            // The timer is there only while the line is down: one for all its streams.
            var beats = _up() ? null : _time.CreateTimer(static watch => ((LineWatch)watch!).Beat(), this, FirstBeat, Period);
            await changed;
            if (beats is not null)
                await beats.DisposeAsync();
        }
    }

    private void Beat()
    {
        HeartbeatStream[] streams;
        lock (_gate)
            streams = [.. _streams];
        foreach (var stream in streams)
        {
            // A slow client holds up its own stream alone; the next beat passes it by.
            _ = stream.BeatAsync();
        }
    }
}
