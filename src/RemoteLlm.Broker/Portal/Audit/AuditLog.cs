using System.Text.Json;
using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal.Audit;

/// <summary><c>audit.jsonl</c> in the data folder: every change that somebody made through the portal or a command, a line each. Only ever appended to.</summary>
internal sealed partial class AuditLog(string folder, TimeProvider time, ILogger<AuditLog> logger)
{
    /// <summary>The file's name.</summary>
    public const string Name = "audit.jsonl";

    private static readonly JsonSerializerOptions s_form = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Appends a line. A change is made before it is told here: where the file cannot be written, that is said in the log, at level Error and with the line.</summary>
    public void Write(AuditEntry entry)
    {
        var line = JsonSerializer.Serialize(new Line(time.GetUtcNow(), entry.Actor, entry.Action, entry.Target, entry.Detail, entry.Address), s_form);
        try
        {
            PrivateFolder.Ensure(folder);
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = AtomicFile.OwnerOnly;
            using var file = new FileStream(Path.Combine(folder, Name), options);
            // One write, so that lines of several processes do not mix.
            file.Write([.. System.Text.Encoding.UTF8.GetBytes(line), (byte)'\n']);
            file.Flush(flushToDisk: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NotWritten(logger, exception, line);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Audit line could not be written {Line}")]
    private static partial void NotWritten(ILogger logger, Exception exception, string line);

    private sealed record Line(DateTimeOffset Time, string Actor, string Action, string Target, string? Detail, string? Address);
}
