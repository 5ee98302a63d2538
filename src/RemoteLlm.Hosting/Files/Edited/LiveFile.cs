using Microsoft.Extensions.Logging;

namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>
/// A file that an operator edits while we run, as what it means. A state with errors is reported and not taken: what was in force stays in force.
/// </summary>
/// <typeparam name="T">What the file means.</typeparam>
/// <param name="path">The file.</param>
/// <param name="template">The text of a new file; null where a missing file means <paramref name="nothing"/> and none is made.</param>
/// <param name="nothing">What is in force before the first state was taken.</param>
/// <param name="parse">Reads a text.</param>
/// <param name="time">The clock of the watch.</param>
/// <param name="logger">Takes a line for each distinct error and warning.</param>
public sealed partial class LiveFile<T>(
    string path, string? template, T nothing, Func<string, FileReading<T>> parse, TimeProvider time, ILogger logger) : IAsyncDisposable
    where T : class
{
    private const UnixFileMode ForOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly WatchedFile _file = new(path, time, logger);
    private readonly string _name = Path.GetFileName(path);
    private T _current = nothing;
    private volatile FileProblem? _lastError;
    private HashSet<FileProblem> _reported = [];
    private UnixFileMode _reportedMode;

    /// <summary>The last good state.</summary>
    public T Current => Volatile.Read(ref _current);

    /// <summary>Why the file as it is now is not in force; null when it is.</summary>
    public FileProblem? LastError => _lastError;

    /// <summary>A new state is in force.</summary>
    public event Action? Changed;

    /// <summary>Takes the file as it is, made from the template where there is none and one is wanted. Returns what is wrong with it, if anything.</summary>
    public FileProblem? Load()
    {
        if (_file.Load().Condition == FileCondition.Missing)
        {
            if (template is null)
            {
                return null;
            }

            try
            {
                PrivateFolder.Ensure(Path.GetDirectoryName(_file.Path)!);
                AtomicFile.Write(_file.Path, template);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return _lastError = new FileProblem(_name, 0, 0, $"{_file.Path} cannot be created: {e.Message}");
            }
        }

        Take(_file.Load());
        return _lastError;
    }

    /// <summary>Begins to follow the file; after <see cref="Load"/>.</summary>
    public void Watch() => _file.Watch(Take);

    /// <summary>Looks at the file now; when this returns, what it says is in force.</summary>
    public ValueTask Refresh(CancellationToken cancellationToken) => _file.Refresh(cancellationToken);

    /// <summary>Stops following the file.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private void Take(FileSnapshot snapshot)
    {
        var reading = Read(snapshot);
        WarnOfMode(snapshot);
        Report(reading);
        if (reading.Content is not { } content)
        {
            _lastError = reading.Errors[0];
            return;
        }

        var wasBroken = _lastError is not null;
        Volatile.Write(ref _current, content);
        _lastError = null;
        if (wasBroken)
        {
            Mended(logger, _name);
        }

        Changed?.Invoke();
    }

    private FileReading<T> Read(FileSnapshot snapshot) => snapshot.Condition switch
    {
        FileCondition.Missing => Bad($"{_file.Path} is gone; put it back, or restart to begin with an empty one."),
        FileCondition.Unreadable => Bad($"{_file.Path} cannot be read: {snapshot.Problem}"),
        _ => FileText.Decode(snapshot) is { } text ? parse(text.Text) : Bad($"{_file.Path} is not UTF-8 text; save it as UTF-8."),
    };

    private FileReading<T> Bad(string message) => new(null, [new FileProblem(_name, 0, 0, message)], []);

    // Once for each distinct problem: an operator at work saves a file with the same mistake several times.
    private void Report(FileReading<T> reading)
    {
        foreach (var error in reading.Errors.Where(error => !_reported.Contains(error)))
        {
            Broken(logger, error.File, error.Line, error.Column, error.Message);
        }

        foreach (var warning in reading.Warnings.Where(warning => !_reported.Contains(warning)))
        {
            Odd(logger, warning.File, warning.Line, warning.Column, warning.Message);
        }

        _reported = [.. reading.Errors, .. reading.Warnings];
    }

    private void WarnOfMode(FileSnapshot snapshot)
    {
        if (OperatingSystem.IsWindows() || snapshot.Condition != FileCondition.Present)
        {
            return;
        }

        try
        {
            var mode = File.GetUnixFileMode(_file.Path);
            if ((mode & ForOthers) != UnixFileMode.None && mode != _reportedMode)
            {
                OpenToOthers(logger, _file.Path, Convert.ToString((int)mode, 8));
            }

            _reportedMode = mode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone or replaced this moment; the watch sees it next.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{File} not taken, the last good state stays in force {Line}:{Column} {Problem}")]
    private static partial void Broken(ILogger logger, string file, int line, int column, string problem);

    [LoggerMessage(2, LogLevel.Warning, "{File} taken with a doubt {Line}:{Column} {Problem}")]
    private static partial void Odd(ILogger logger, string file, int line, int column, string problem);

    [LoggerMessage(3, LogLevel.Information, "{File} is good again and in force")]
    private static partial void Mended(ILogger logger, string file);

    [LoggerMessage(4, LogLevel.Warning, "{Path} can be read or written by others, mode {Mode}; run chmod 600 on it")]
    private static partial void OpenToOthers(ILogger logger, string path, string mode);
}
