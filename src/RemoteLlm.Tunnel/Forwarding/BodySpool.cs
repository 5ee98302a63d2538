namespace RemoteLlm.Tunnel.Forwarding;

/// <summary>Where request bodies wait that are too large for memory: files that vanish when they are closed, and one bound for all of them together.</summary>
/// <param name="limit">Most bytes that may be held at once; a body that would go beyond is refused.</param>
/// <param name="folder">Where the files are made; null for the system's temporary folder.</param>
public sealed class BodySpool(long limit, string? folder = null)
{
    /// <summary>What may be held by default, bytes: 2 GiB, forty bodies of the largest size that is accepted by default.</summary>
    public const long DefaultLimit = 2L << 30;

    private long _held;

    /// <summary>Bytes held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    internal static BodySpool Unbounded { get; } = new(long.MaxValue);

    /// <summary>Takes room for so many bytes more.</summary>
    /// <exception cref="BodySpoolException">There is not so much left.</exception>
    internal void Take(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= limit)
            return;
        GiveBack(bytes);
        throw new BodySpoolException("The bodies that are held take up all the room there is for them.", null);
    }

    internal void GiveBack(long bytes) => Interlocked.Add(ref _held, -bytes);

    /// <summary>A new file, for reading and writing.</summary>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not ours to write to.</exception>
    internal FileStream Open()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var path = Path.Combine(folder ?? Path.GetTempPath(), $"remotellm-{Guid.NewGuid():N}.body");
        var file = new FileStream(path, options);
        // Where the system allows it the name goes at once: a crash leaves nothing, and nobody else can open a prompt.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }
}
