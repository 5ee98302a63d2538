namespace RemoteLlm.Hosting.Files;

/// <summary>
/// The operating system's notices about one file. They may be late, doubled or lost; where there are none to be had (no such folder yet, no
/// watches left), this stays silent until <see cref="EnsureListening"/> succeeds.
/// </summary>
internal sealed class FolderNotices(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path = Path.GetFullPath(path);
    private FileSystemWatcher? _watcher;
    private bool _disposed;

    /// <summary>Something may have happened to the file.</summary>
    public event Action? Arrived;

    public void EnsureListening()
    {
        lock (_gate)
        {
            if (_watcher is not null || _disposed) return;
            try
            {
                _watcher = Listen(Path.GetDirectoryName(_path)!, Path.GetFileName(_path));
            }
            catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or PlatformNotSupportedException)
            {
                // No folder, or no watch to be had; asked again later.
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _watcher?.Dispose();
        }
    }

    private FileSystemWatcher Listen(string folder, string name)
    {
        var watcher = new FileSystemWatcher(folder, name) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
        watcher.Changed += (_, _) => Arrived?.Invoke();
        watcher.Created += (_, _) => Arrived?.Invoke();
        watcher.Deleted += (_, _) => Arrived?.Invoke();
        watcher.Renamed += (_, _) => Arrived?.Invoke();
        watcher.Error += (_, _) => Forget(watcher);
        try
        {
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch
        {
            watcher.Dispose();
            throw;
        }
    }

    private void Forget(FileSystemWatcher broken)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_watcher, broken)) _watcher = null;
        }

        broken.Dispose();
        Arrived?.Invoke();
    }
}
