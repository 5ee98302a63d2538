using System.Buffers;
using System.Text;

namespace RemoteLlm.Hosting.Files;

/// <summary>A file as it was at one look: its content, or the fact that there was none. Never changes.</summary>
public sealed class FileSnapshot
{
    /// <summary>16 MiB: a hundred thousand users. Larger files count as unreadable rather than fill the memory.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    private static readonly FileSnapshot MissingFile = new(FileCondition.Missing, [], null);

    private readonly byte[] _bytes;

    private FileSnapshot(FileCondition condition, byte[] bytes, string? problem)
    {
        Condition = condition;
        Problem = problem;
        _bytes = bytes;
    }

    /// <summary>Whether the file was there and readable.</summary>
    public FileCondition Condition { get; }

    /// <summary>The content; empty unless <see cref="FileCondition.Present"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The content as UTF-8 without a byte order mark; empty unless <see cref="FileCondition.Present"/>. Decoded anew on every call.</summary>
    public string Text => Encoding.UTF8.GetString(_bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? _bytes.AsSpan(3) : _bytes);

    /// <summary>Why the file could not be read, in the operating system's words; null unless <see cref="FileCondition.Unreadable"/>.</summary>
    public string? Problem { get; }

    /// <summary>Looks at the file now. Gives any state of it as a value, never an exception.</summary>
    public static FileSnapshot Read(string path) => Read(path, MissingFile);

    /// <summary>Like <see cref="Read(string)"/>, but gives back <paramref name="previous"/> itself, without allocating, where nothing changed.</summary>
    internal static FileSnapshot Read(string path, FileSnapshot previous)
    {
        try
        {
            using var stream = AtomicFile.OpenShared(path);
            return stream.Length > MaximumLength
                ? Unreadable(previous, $"larger than {MaximumLength / (1024 * 1024)} MiB")
                : ReadOpen(stream, previous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return previous.Condition == FileCondition.Missing ? previous : MissingFile;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unreadable(previous, e.Message);
        }
    }

    private static FileSnapshot ReadOpen(FileStream stream, FileSnapshot previous)
    {
        // One byte more than expected: a file that grows between the two calls shows itself, and the next look takes it whole.
        var buffer = ArrayPool<byte>.Shared.Rent((int)stream.Length + 1);
        try
        {
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var content = buffer.AsSpan(0, length);
            return previous.Condition == FileCondition.Present && content.SequenceEqual(previous._bytes)
                ? previous
                : new FileSnapshot(FileCondition.Present, content.ToArray(), null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static FileSnapshot Unreadable(FileSnapshot previous, string problem) =>
        previous.Problem == problem ? previous : new FileSnapshot(FileCondition.Unreadable, [], problem);
}
