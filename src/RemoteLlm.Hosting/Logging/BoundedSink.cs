using System.Collections.Concurrent;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace RemoteLlm.Hosting.Logging;

/// <summary>
/// Keeps a slow console from slowing requests: events queue for one writing thread, and when the queue is full new ones are dropped. The next
/// line that is written after a loss says how many there were. Disposal writes what is queued, for <see cref="FlushLimit"/> at most.
/// </summary>
internal sealed class BoundedSink : ILogEventSink, IDisposable
{
    /// <summary>5 s: a console that takes no line for so long will take none at all.</summary>
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(5);

    private static readonly MessageTemplate LossNotice =
        new MessageTemplateParser().Parse("{Dropped} log lines were dropped, because the console took them too slowly");

    private readonly ILogEventSink _inner;
    private readonly BlockingCollection<LogEvent> _queue;
    private readonly Thread _writer;
    private long _dropped;

    public BoundedSink(ILogEventSink inner, int queueLength)
    {
        _inner = inner;
        _queue = new BlockingCollection<LogEvent>(queueLength);
        // A thread of its own: writing to a console blocks, and must not take a worker from the pool.
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "console log" };
        _writer.Start();
    }

    public void Emit(LogEvent logEvent)
    {
        try
        {
            if (!_queue.TryAdd(logEvent)) Interlocked.Increment(ref _dropped);
        }
        catch (InvalidOperationException)
        {
            // Closed: what is logged after the end of the log has nowhere to go.
        }
    }

    public void Dispose()
    {
        if (_queue.IsAddingCompleted) return;
        _queue.CompleteAdding();
        // The collection is left to the collector: a writer that is still stuck in the console, or a late Emit, would trip over its disposal.
        if (_writer.Join(FlushLimit)) (_inner as IDisposable)?.Dispose();
    }

    private void WriteAll()
    {
        foreach (var logEvent in _queue.GetConsumingEnumerable())
        {
            Write(logEvent);
            var dropped = Interlocked.Exchange(ref _dropped, 0);
            if (dropped > 0) Write(NoticeOf(dropped, logEvent.Timestamp));
        }
    }

    private void Write(LogEvent logEvent)
    {
        try
        {
            _inner.Emit(logEvent);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The reader of our output went away. There is nowhere left to say so.
        }
    }

    private static LogEvent NoticeOf(long dropped, DateTimeOffset at) =>
        new(at, LogEventLevel.Warning, null, LossNotice, [new LogEventProperty("Dropped", new ScalarValue(dropped))]);
}
