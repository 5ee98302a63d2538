using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RemoteLlm.Hosting.Files;

/// <summary>
/// Follows one file that people and other processes edit while we run. A change of <em>content</em> is reported once, within two seconds,
/// whether the file was written in place, replaced by a rename, removed or created; touching it reports nothing.
/// </summary>
/// <remarks>
/// The system's notifications are only a hint to look sooner: bind mounts, network folders and exhausted watch limits lose them, so the file
/// is also looked at every <see cref="PollPeriod"/>. A change is believed when two looks <see cref="SettleTime"/> apart agree, so that an editor which
/// truncates before it writes does not show us an empty file.
/// </remarks>
/// <param name="path">The file; neither it nor its folder need exist.</param>
/// <param name="time">The clock of the poll and of the settling.</param>
/// <param name="logger">Where a failing callback is reported.</param>
public sealed partial class WatchedFile(string path, TimeProvider time, ILogger? logger = null) : IDisposable, IAsyncDisposable
{
    /// <summary>1 s: with the settling, well inside the two seconds in which an edit must be live.</summary>
    public static readonly TimeSpan PollPeriod = TimeSpan.FromSeconds(1);

    /// <summary>100 ms, several times what an editor takes from truncating to the last byte.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(100);

    /// <summary>A file that changes all the time is taken as it is after so many looks.</summary>
    private const int MaximumSettleLooks = 5;

    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly Channel<bool> _hints = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _delivering = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly FolderNotices _notices = new(path);
    private Func<FileSnapshot, CancellationToken, ValueTask>? _changed;
    private FileSnapshot? _current;
    private ITimer? _poll;
    private Task _watching = Task.CompletedTask;

    /// <summary>The absolute path of the file.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>What was last loaded or reported.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Load"/> was not called.</exception>
    public FileSnapshot Current => Volatile.Read(ref _current) ?? throw new InvalidOperationException($"Call {nameof(Load)} first.");

    /// <summary>Takes the file as it is now. The caller judges this first state itself; no callback is called for it.</summary>
    public FileSnapshot Load()
    {
        var loaded = FileSnapshot.Read(Path);
        Volatile.Write(ref _current, loaded);
        return loaded;
    }

    /// <summary>Starts to follow the file, once, after <see cref="Load"/>. Calls of <paramref name="changed"/> never overlap.</summary>
    /// <param name="changed">Takes the new state. If it throws, that is logged and the state counts as reported.</param>
    public void Watch(Func<FileSnapshot, CancellationToken, ValueTask> changed)
    {
        _ = Current;
        if (_changed is not null) throw new InvalidOperationException("The file is being watched already.");
        _changed = changed;
        _notices.Arrived += Hint;
        _poll = time.CreateTimer(_ => Poll(), null, PollPeriod, PollPeriod);
        _watching = Task.Run(() => FollowHints(_stop.Token), CancellationToken.None);
        // What happened between Load and here was announced to nobody.
        Poll();
    }

    /// <inheritdoc cref="Watch(Func{FileSnapshot, CancellationToken, ValueTask})"/>
    public void Watch(Action<FileSnapshot> changed) => Watch((snapshot, _) =>
    {
        changed(snapshot);
        return ValueTask.CompletedTask;
    });

    /// <summary>
    /// Looks at the file now, without waiting for it to settle, and returns after the callback has taken a change: for our own writes, which are
    /// atomic and must be in force when they return. What the callback throws is passed on.
    /// </summary>
    public async ValueTask Refresh(CancellationToken cancellationToken)
    {
        await _delivering.WaitAsync(cancellationToken);
        try
        {
            var seen = FileSnapshot.Read(Path, Current);
            if (ReferenceEquals(seen, Current)) return;
            Volatile.Write(ref _current, seen);
            if (_changed is not null) await _changed(seen, cancellationToken);
        }
        finally
        {
            _delivering.Release();
        }
    }

    /// <summary>Stops following the file; a callback that is running is told by its token but not awaited.</summary>
    public void Dispose()
    {
        _poll?.Dispose();
        _notices.Dispose();
        _stop.Cancel();
    }

    /// <summary>Stops following the file and awaits a callback that is running.</summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Poll()
    {
        _notices.EnsureListening();
        Hint();
    }

    // Full means that a look is due anyway, and it will see this change too.
    private void Hint() => _hints.Writer.TryWrite(true);

    private async Task FollowHints(CancellationToken stop)
    {
        await foreach (var _ in _hints.Reader.ReadAllAsync(stop))
        {
            try
            {
                if (await HasSettledDifferently(stop)) await Refresh(stop);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                ChangeNotTaken(_logger, e, Path);
            }
        }
    }

    private async ValueTask<bool> HasSettledDifferently(CancellationToken stop)
    {
        var seen = FileSnapshot.Read(Path, Current);
        for (var look = 0; look < MaximumSettleLooks && !ReferenceEquals(seen, Current); look++)
        {
            await Task.Delay(SettleTime, time, stop);
            var again = FileSnapshot.Read(Path, seen);
            if (ReferenceEquals(again, seen)) return true;
            seen = again;
        }

        return !ReferenceEquals(seen, Current);
    }

    [LoggerMessage(1, LogLevel.Error, "A change of {Path} could not be taken; the state before it stays in force")]
    private static partial void ChangeNotTaken(ILogger logger, Exception exception, string path);
}
