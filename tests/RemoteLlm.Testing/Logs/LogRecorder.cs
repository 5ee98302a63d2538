using Microsoft.Extensions.Logging;

namespace RemoteLlm.Testing.Logs;

/// <summary>
/// Keeps what a host logs, and lets a test wait for it. A log entry is a fact with a moment, so it serves as a gate where the product has no other.
/// <code>
/// var host = Create(options, logging => logging.AddProvider(logs));
/// await logs.Until("Draining");
/// </code>
/// </summary>
public sealed class LogRecorder : ILoggerProvider
{
    // A test that logs more than this looks only for what went wrong; of the rest, that alone is kept.
    private const int MaxEntries = 50_000;

    private readonly Lock _gate = new();
    private readonly List<LogEntry> _entries = [];
    private TaskCompletionSource _next = NewSignal();

    /// <summary>What was logged so far.</summary>
    public IReadOnlyList<LogEntry> Entries
    {
        get { lock (_gate) return [.. _entries]; }
    }

    /// <summary>Completes with the next entry that is logged.</summary>
    public Task Next
    {
        get { lock (_gate) return _next.Task; }
    }

    /// <summary>Waits for an entry whose message holds all the texts; one that is there already will do.</summary>
    public Task<LogEntry> Until(params string[] texts) => Until(entry => entry.Says(texts)).OrHang($"a log entry with: {string.Join(" … ", texts)}");

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    public void Dispose()
    {
        // Entries outlive the host that disposes its providers: tests read them afterwards.
    }

    private async Task<LogEntry> Until(Func<LogEntry, bool> wanted)
    {
        while (true)
        {
            var next = Next;
            if (Entries.FirstOrDefault(wanted) is { } found)
                return found;
            await next;
        }
    }

    private void Add(LogEntry entry)
    {
        TaskCompletionSource signal;
        lock (_gate)
        {
            if (_entries.Count < (entry.Level >= LogLevel.Error ? 2 * MaxEntries : MaxEntries))
                _entries.Add(entry);
            (signal, _next) = (_next, NewSignal());
        }

        signal.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Recorder(LogRecorder owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.Add(new LogEntry(category, logLevel, formatter(state, exception), exception));
    }
}
