namespace RemoteLlm.Hosting.Files.Edited;

/// <summary>
/// Keeps processes of ours from editing one file at once: an exclusively opened file <c>.NAME.lock</c> beside it, which the system lets go of when its holder ends
/// in whatever way. It is never removed: between a removal and a new creation two could hold it.
/// </summary>
internal static class EditLock
{
    /// <summary>5 s; an edit takes milliseconds, so whoever waits longer waits for something that is stuck.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The lock, until it is disposed; null when others held it all the time.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder or the lock is not ours to write.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task<FileStream?> Acquire(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (TryAcquire(path) is { } held)
            {
                return held;
            }

            if (time.GetElapsedTime(began) >= s_patience)
            {
                return null;
            }

            await Task.Delay(s_pause, time, cancellationToken);
        }
    }
    /// <summary>The lock, until it is disposed; null when another holds it at this moment.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder or the lock is not ours to write.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static FileStream? TryAcquire(string path)
    {
        var lockPath = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.lock");
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = AtomicFile.OwnerOnly;
        }

        try
        {
            var held = new FileStream(lockPath, options);
            FileOwner.Keep(Path.GetFullPath(path), held.SafeFileHandle);
            return held;
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            return null;
        }
    }
}
