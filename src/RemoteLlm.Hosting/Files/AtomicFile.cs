using System.Text;

namespace RemoteLlm.Hosting.Files;

/// <summary>
/// Whole-file writes after which a reader, or a machine that lost power at any moment, finds either the old content or the new one, never
/// a mixture and never an empty file.
/// </summary>
public static class AtomicFile
{
    /// <summary>Read and write for the owner alone (600): what we write holds hashes, tokens or names of people.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Replaces the file's content by the text, as UTF-8 without a byte order mark.</summary>
    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte}, UnixFileMode)"/>
    public static void Write(string path, string text, UnixFileMode mode = OwnerOnly) => Write(path, Encoding.UTF8.GetBytes(text), mode);

    /// <summary>
    /// Replaces the file's content, or creates the file, and returns once it is on the disk. Where the path is a symbolic link, its target
    /// is replaced and the link stays. The folder must exist.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">The whole new content.</param>
    /// <param name="mode">The permissions of the new file, on systems that have them.</param>
    /// <exception cref="IOException">Not written; the old file is untouched. A single file that a container mounts cannot be replaced: mount its folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow new files; the old file is untouched.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode = OwnerOnly)
    {
        var target = FinalTarget(path);
        var folder = Path.GetDirectoryName(target)!;
        // The same folder, so that the rename stays inside one file system; a leading dot, so that globs over the folder pass it by.
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            WriteThrough(temporary, target, bytes, mode);
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FolderSync.Flush(folder);
    }

    /// <summary>Reads the whole file without keeping others from writing, replacing or removing it meanwhile.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static byte[] ReadBytes(string path)
    {
        using var stream = OpenShared(path);
        using var content = new MemoryStream((int)Math.Min(stream.Length, Array.MaxLength));
        stream.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>Like <see cref="ReadBytes"/>, decoded as UTF-8; a byte order mark is left out.</summary>
    public static string ReadText(string path)
    {
        using var reader = new StreamReader(OpenShared(path), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    internal static FileStream OpenShared(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private static void WriteThrough(string path, string target, ReadOnlySpan<byte> bytes, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        using var stream = new FileStream(path, options);
        stream.Write(bytes);
        // The process's umask may have narrowed the mode that was asked for.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(stream.SafeFileHandle, mode);
        FileOwner.Keep(target, stream.SafeFileHandle);
        stream.Flush(flushToDisk: true);
    }

    private static string FinalTarget(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }
}
