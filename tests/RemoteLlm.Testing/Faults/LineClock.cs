namespace RemoteLlm.Testing.Faults;

/// <summary>The clock of a line: moments are its <see cref="TimeProvider"/>'s timestamps.</summary>
internal sealed class LineClock(TimeProvider time)
{
    private readonly long _perMillisecond = time.TimestampFrequency / 1000;

    /// <summary>This moment.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>A duration in timestamps.</summary>
    public long Of(TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);

    /// <summary>How long it takes to send so many bytes, in timestamps.</summary>
    public long Of(int bytes, long bytesPerSecond) => bytes * time.TimestampFrequency / bytesPerSecond;

    /// <summary>Waits for a moment: never too short, and too long by as much as timers are late.</summary>
    public Task Until(long moment, CancellationToken over) => Wait(moment - Now + _perMillisecond - 1, over);

    /// <summary>Waits for a moment, too short by less than a millisecond: for loops that make up for it in their next turn.</summary>
    public Task UntilAbout(long moment, CancellationToken over) => Wait(moment - Now, over);

    /// <summary>Waits for a duration.</summary>
    public Task Pass(TimeSpan duration, CancellationToken over) => Task.Delay(duration, time, over);

    // The system's timers know whole milliseconds only.
    private Task Wait(long timestamps, CancellationToken over) =>
        timestamps < _perMillisecond ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(timestamps / _perMillisecond), time, over);
}
