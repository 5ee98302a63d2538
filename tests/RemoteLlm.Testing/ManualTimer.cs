namespace RemoteLlm.Testing;

/// <summary>A timer of <see cref="ManualTime"/>. A period of zero or infinity means that it fires once.</summary>
internal sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
{
    private bool _disposed;

    /// <summary>Guarded by the clock's lock, as <see cref="Period"/> is.</summary>
    internal TimeSpan DueAt { get; set; }

    /// <summary>What it was last set to; guarded likewise.</summary>
    internal TimeSpan Wait { get; set; }

    internal TimeSpan Period { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed) return false;
        Period = period;
        if (dueTime == Timeout.InfiniteTimeSpan) time.Disarm(this);
        // The system's timers never run their callback inside Change; zero waits for the next Advance too.
        else time.Arm(this, dueTime);
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        time.Disarm(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal void Fire() => callback(state);
}
