using System.Diagnostics;
using RemoteLlm.Benchmarks.Load;

namespace RemoteLlm.Benchmarks.Soak;

/// <summary>One kind of traffic for as long as the run lasts, measured in slices so that nothing grows with its length.</summary>
internal sealed class SteadyLoad(string name, LoadProcess load, LoadCommand command)
{
    private static readonly TimeSpan s_slice = TimeSpan.FromMinutes(2);

    public string Name => name;

    public long Requests { get; private set; }

    public long Chunks { get; private set; }

    public long Errors { get; private set; }

    public string? FirstError { get; private set; }

    public async Task Run(TimeSpan time, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (time - Stopwatch.GetElapsedTime(started) is { TotalSeconds: > 1 } rest)
        {
            var result = await load.Measure(command with { Seconds = Math.Min(rest.TotalSeconds, s_slice.TotalSeconds) }, cancellationToken);
            Requests += result.AllRequests;
            Chunks += result.AllChunks;
            Errors += result.Errors;
            FirstError ??= result.FirstError is { } error ? $"{name}: {error}" : null;
        }
    }
}
