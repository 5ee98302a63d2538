using System.Diagnostics;

namespace RemoteLlm.Benchmarks.FakeLlm;

/// <summary>Says when the n-th chunk of a stream is due. A gap below the timer's millisecond is kept on average: several chunks then go at one tick.</summary>
internal sealed class Pace(int gapMicroseconds) : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly PeriodicTimer? _timer = gapMicroseconds > 0 ? new PeriodicTimer(TimeSpan.FromMicroseconds(Math.Max(gapMicroseconds, 1_000))) : null;

    /// <summary>Completes when the chunk with this number, from 0, is due.</summary>
    public async ValueTask WaitFor(int chunk, CancellationToken cancellationToken)
    {
        // Half a gap of tolerance: a tick that comes a little early must not cost a whole period.
        while (_timer is not null && Stopwatch.GetElapsedTime(_started).TotalMicroseconds + (gapMicroseconds / 2.0) < (double)chunk * gapMicroseconds)
            await _timer.WaitForNextTickAsync(cancellationToken);
    }

    public void Dispose() => _timer?.Dispose();
}
