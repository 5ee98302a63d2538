using Microsoft.Extensions.Logging;

namespace RemoteLlm.Testing.Logs;

/// <summary>One entry as it was logged.</summary>
/// <param name="Category">The logger's name: the type that logged.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Message">The message with its values in place.</param>
/// <param name="Exception">The exception that came with it; null for none.</param>
public sealed record LogEntry(string Category, LogLevel Level, string Message, Exception? Exception)
{
    /// <summary>True when the message holds every one of the texts.</summary>
    public bool Says(params IEnumerable<string> texts) => texts.All(text => Message.Contains(text, StringComparison.Ordinal));
}
