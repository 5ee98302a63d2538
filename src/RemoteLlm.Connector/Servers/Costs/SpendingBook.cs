using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Files;

namespace RemoteLlm.Connector.Servers.Costs;

/// <summary>
/// What is spent at all servers, kept over restarts in <see cref="FileName"/> of the data folder. A change is on the disk a second later, or when the connector stops; a crash forgets what
/// was spent in its last second.
/// </summary>
internal sealed partial class SpendingBook : IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "spending.json";

    /// <summary>Between a change and its being written, 1 s: a busy server changes it with every request.</summary>
    public static readonly TimeSpan WriteDelay = TimeSpan.FromSeconds(1);

    /// <summary>Until a write that failed is tried again, 30 s.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Spending> _servers = new();
    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private readonly string? _path;
    private readonly TimeProvider _time;
    private readonly ILogger<SpendingBook> _logger;
    private readonly ITimer? _timer;
    private bool _armed;
    private bool _changed;
    private bool _failing;
    private bool _stopped;

    /// <summary>The book of a data folder.</summary>
    /// <param name="folder">The data folder; null to keep nothing over restarts.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="logger">Told of what cannot be read or written, and of warnings.</param>
    public SpendingBook(string? folder, TimeProvider time, ILogger<SpendingBook> logger)
    {
        (_time, _logger) = (time, logger);
        if (folder is null)
            return;
        _path = Path.Combine(folder, FileName);
        _timer = time.CreateTimer(_ => Write(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        foreach (var (server, days) in Load(_path))
            _servers[server] = Make(server, CostCaps.None, days);
    }

    /// <summary>The servers at which anything was spent, or may be.</summary>
    public IEnumerable<Spending> Servers => _servers.Values;

    /// <summary>The spending at a server, from now on within these caps. A server that comes back under its name finds what it spent.</summary>
    public Spending Of(string server, CostCaps caps)
    {
        var spending = _servers.GetOrAdd(server, static (name, book) => book.Make(name, CostCaps.None, null), this);
        spending.Caps = caps;
        return spending;
    }

    /// <summary>Writes what is not written yet.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        Write();
        lock (_gate)
            _stopped = true;
    }

    private Spending Make(string server, CostCaps caps, IEnumerable<KeyValuePair<DateOnly, decimal>>? past)
    {
        var spending = new Spending(server, caps, _time, past, Changed);
        spending.Warned += warning => MuchSpent(_logger, warning.Server, warning.Day, warning.Spent, warning.Threshold);
        return spending;
    }

    private void Changed()
    {
        lock (_gate)
        {
            _changed = true;
            Arm_NeedsLock(WriteDelay);
        }
    }

    private void Arm_NeedsLock(TimeSpan delay)
    {
        if (_armed || _stopped || _timer is null)
            return;
        _armed = _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    // One at a time: the one at the end must not be overtaken by one that began before.
    private void Write()
    {
        lock (_writing)
            Write_NeedsLock();
    }

    private void Write_NeedsLock()
    {
        lock (_gate)
        {
            if (_path is null || _stopped || !_changed)
                return;
            _changed = false;
        }

        var problem = TryWrite(_path);
        lock (_gate)
        {
            _armed = false;
            _changed |= problem is not null;
            if (_changed)
                Arm_NeedsLock(problem is null ? WriteDelay : RetryDelay);
            if (_failing == problem is not null)
                return;
            _failing = problem is not null;
        }

        if (problem is not null)
            NotWritten(_logger, _path, problem);
        else
            WrittenAgain(_logger, _path);
    }

    private string? TryWrite(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, SpendingFile.Write(_servers.Values));
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private IReadOnlyDictionary<string, IReadOnlyDictionary<DateOnly, decimal>> Load(string path)
    {
        try
        {
            return SpendingFile.Read(AtomicFile.ReadBytes(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Dictionary<string, IReadOnlyDictionary<DateOnly, decimal>>();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // Nothing is known to be spent: better than to refuse every request, and the operator is told.
            NotRead(_logger, path, exception.Message, PutAside(path));
            return new Dictionary<string, IReadOnlyDictionary<DateOnly, decimal>>();
        }
    }

    private static string PutAside(string path)
    {
        try
        {
            File.Move(path, path + ".broken", overwrite: true);
            return path + ".broken";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Spending not read {Path} {Problem}; caps of today begin anew, the file is kept {KeptAs}")]
    private static partial void NotRead(ILogger logger, string path, string problem, string keptAs);

    [LoggerMessage(2, LogLevel.Error, "Spending not written {Path} {Problem}; tried again until it is")]
    private static partial void NotWritten(ILogger logger, string path, string problem);

    [LoggerMessage(3, LogLevel.Information, "Spending written again {Path}")]
    private static partial void WrittenAgain(ILogger logger, string path);

    [LoggerMessage(4, LogLevel.Warning, "Much spent {Server} {Day} {Spent} {Threshold}")]
    private static partial void MuchSpent(ILogger logger, string server, DateOnly day, decimal spent, decimal threshold);
}
