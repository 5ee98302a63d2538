using System.Text.Json;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal.Audit;

/// <summary>
/// <c>audit.jsonl</c> in the data folder: every change that somebody made through the portal or a command, a line each. Only ever appended to, by a broker and by commands beside it, which take turns.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed partial class AuditLog(string folder, TimeProvider time, ILogger<AuditLog> logger)
{
    /// <summary>The file's name.</summary>
    public const string Name = "audit.jsonl";

    /// <summary>How long to wait for another process; a line takes milliseconds.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private static readonly JsonSerializerOptions s_form = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Lock _gate = new();

    /// <summary>Appends a line. A change is made before it is told here: where the file cannot be written, that is said in the log, at level Error and with the line.</summary>
    /// <param name="entry">What was changed.</param>
    /// <returns>Why the file cannot be written; null when the line is on the disk.</returns>
    public string? Write(AuditEntry entry)
    {
        var line = JsonSerializer.Serialize(new Line(time.GetUtcNow(), entry.Actor, entry.Action, entry.Target, entry.Detail, entry.Address), s_form);
        try
        {
            lock (_gate)
                Append([.. System.Text.Encoding.UTF8.GetBytes(line), (byte)'\n']);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NotWritten(logger, exception, line);
            return exception.Message;
        }
    }

    private void Append(byte[] line)
    {
        PrivateFolder.Ensure(folder);
        var path = Path.GetFullPath(Path.Combine(folder, Name));
        using var turn = Turn(path);
        var made = !File.Exists(path);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = AtomicFile.OwnerOnly;
        using var file = new FileStream(path, options);
        if (made)
        {
            FileOwner.Keep(Path.GetDirectoryName(path)!, file.SafeFileHandle);
            FolderSync.Flush(Path.GetDirectoryName(path)!);
        }

        var end = RandomAccess.GetLength(file.SafeFileHandle);
        try
        {
            RandomAccess.Write(file.SafeFileHandle, EndsInsideLine(file, end) ? [(byte)'\n', .. line] : line, end);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
        catch (IOException)
        {
            // Half a line on a full disk would swallow the next one.
            Cut(file, end);
            throw;
        }
    }

    // As a crash leaves it, or an editor that ends no last line.
    private static bool EndsInsideLine(FileStream file, long end)
    {
        Span<byte> last = [(byte)'\n'];
        return end > 0 && RandomAccess.Read(file.SafeFileHandle, last, end - 1) == 1 && last[0] != (byte)'\n';
    }

    private static void Cut(FileStream file, long end)
    {
        try
        {
            RandomAccess.SetLength(file.SafeFileHandle, end);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Then the next line begins with a line feed.
        }
    }

    private FileStream Turn(string path)
    {
        var began = time.GetTimestamp();
        var spin = new SpinWait();
        while (true)
        {
            if (EditLock.TryAcquire(path) is { } held)
                return held;
            if (time.GetElapsedTime(began) >= s_patience)
                throw new IOException($"{path} is held by another process all the time.");
            spin.SpinOnce();
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Audit line could not be written {Line}")]
    private static partial void NotWritten(ILogger logger, Exception exception, string line);

    private sealed record Line(DateTimeOffset Time, string Actor, string Action, string Target, string? Detail, string? Address);
}
