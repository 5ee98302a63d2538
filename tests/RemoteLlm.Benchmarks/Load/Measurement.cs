using System.Diagnostics;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>Runs the callers of one command, and sums up what they saw.</summary>
internal static class Measurement
{
    /// <summary>Answers that are still under way so long after the window count as errors.</summary>
    private static readonly TimeSpan LongestTail = TimeSpan.FromSeconds(30);

    public static async Task<LoadResult> Run(LoadCommand command, CancellationToken cancellationToken)
    {
        var window = new Window();
        var callers = Enumerable.Range(0, command.Callers).Select(number => new Caller(command, window, number)).ToArray();
        var warmUp = TimeSpan.FromSeconds(command.WarmUpSeconds);
        var counted = TimeSpan.FromSeconds(command.Seconds);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(warmUp + counted + LongestTail);

        var running = Task.WhenAll(callers.Select(caller => Task.Run(() => caller.Run(bound.Token), bound.Token)));
        await Elapse(warmUp, running);

        window.Open();
        var opened = Stopwatch.GetTimestamp();
        var before = Counts.Of(callers);
        await (command.RequestsPerCaller > 0 ? running : Elapse(counted, running));
        var after = Counts.Of(callers);
        var seconds = Stopwatch.GetElapsedTime(opened).TotalSeconds;
        window.Close();
        if (command.BreakOff)
            await bound.CancelAsync();
        await running;

        return new LoadResult
        {
            Seconds = seconds,
            Requests = after.Requests - before.Requests,
            Chunks = after.Chunks - before.Chunks,
            Bytes = after.Bytes - before.Bytes,
            AllRequests = callers.Sum(caller => caller.Figures.Requests),
            AllChunks = callers.Sum(caller => caller.Figures.Chunks),
            Errors = callers.Sum(caller => caller.Figures.Errors),
            EarlyErrors = callers.Sum(caller => caller.Figures.EarlyErrors),
            ToldErrors = callers.Sum(caller => caller.Figures.ToldErrors),
            ByServer = callers.SelectMany(caller => caller.Figures.ByServer).GroupBy(one => one.Key, StringComparer.Ordinal)
                .ToDictionary(server => server.Key, server => server.Sum(one => one.Value), StringComparer.Ordinal),
            FirstError = callers.Select(caller => caller.Figures.FirstError).FirstOrDefault(error => error is not null),
            FirstToken = Durations.Of(callers.Select(caller => caller.Figures.FirstTokens)),
            Whole = Durations.Of(callers.Select(caller => caller.Figures.Wholes)),
            OneWay = Durations.Of(callers.Select(caller => caller.Figures.OneWays)),
            Gap = Durations.Of(callers.Select(caller => caller.Figures.Gaps)),
            AddedGap = Durations.Of(callers.Select(caller => caller.Figures.AddedGaps)),
        };
    }

    private static Task Elapse(TimeSpan time, Task unlessDone) =>
        time > TimeSpan.Zero ? Task.WhenAny(unlessDone, Task.Delay(time, TimeProvider.System)) : Task.CompletedTask;

    private readonly record struct Counts(long Requests, long Chunks, long Bytes)
    {
        public static Counts Of(Caller[] callers) => new(
            callers.Sum(caller => caller.Figures.Requests), callers.Sum(caller => caller.Figures.Chunks), callers.Sum(caller => caller.Figures.Bytes));
    }
}
