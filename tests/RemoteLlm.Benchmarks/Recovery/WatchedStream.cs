using System.Diagnostics;
using RemoteLlm.Benchmarks.Load;

namespace RemoteLlm.Benchmarks.Recovery;

/// <summary>A stream whose every chunk is waited for, in this process.</summary>
internal sealed class WatchedStream : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CallerFigures _figures = new(new Window());
    private readonly StreamReading _reading;
    private TaskCompletionSource<long>? _next;
    private long _since;

    public WatchedStream() => _reading = new StreamReading(_figures, isStream: true, paced: false, ChunkCame);

    /// <summary>Chunks so far.</summary>
    public long Chunks => _figures.Chunks;

    /// <summary>All of them came in order, from the first, and none twice.</summary>
    public bool InOrder => _reading.Chunks == _figures.Chunks;

    /// <summary>Asks for the stream, and reads it to its end.</summary>
    /// <exception cref="BenchmarkException">It was refused, or it ended.</exception>
    public async Task Run(LoadCommand command, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = await RawHttpConnection.Connect(command.Port, cancellationToken);
            _reading.BeginRequest();
            var head = await connection.Send(RequestText.Of(command), cancellationToken);
            await connection.ReadBody(_reading, cancellationToken);
            throw new BenchmarkException($"The stream ended after {Chunks} chunks, status {head.Status}: {_reading.Remainder}");
        }
        catch (IOException failure)
        {
            throw new BenchmarkException($"The stream broke off after {Chunks} chunks: {failure.Message}");
        }
    }

    /// <summary>The moment, in <see cref="Stopwatch"/> ticks, at which the first chunk comes from now on.</summary>
    public Task<long> Next()
    {
        lock (_gate)
        {
            _since = Stopwatch.GetTimestamp();
            _next = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _next.Task;
        }
    }

    public void Dispose() => _next?.TrySetCanceled();

    private void ChunkCame(long at)
    {
        lock (_gate)
        {
            if (at >= _since)
                _next?.TrySetResult(at);
        }
    }
}
