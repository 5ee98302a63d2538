using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Usage.Files;

namespace RemoteLlm.Broker.Usage.History;

/// <summary>
/// Reads the months that the history shows and of which no record is accepted any more: the ledger itself does not need them, so the broker serves before they are read.
/// </summary>
internal static partial class HistoryReader
{
    /// <summary>Reads them.</summary>
    /// <param name="folder">The ledger's folder.</param>
    /// <param name="history">Where they go.</param>
    /// <param name="today">The day, UTC.</param>
    /// <param name="logger">The ledger's log.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static void ReadOld(string folder, UsageHistory history, DateOnly today, ILogger logger, CancellationToken cancellationToken)
    {
        var oldest = today.AddDays(1 - UsageHistory.Days);
        // The latest first: it is looked at the most.
        foreach (var (month, path) in UsageFolder.Months(folder).Where(file => file.Month.Number >= UsageMonth.Of(oldest).Number && file.Month.Number <= UsageMonth.Of(today).Number).Reverse())
        {
            if (history.Has(month))
                continue;
            try
            {
                history.Put(month, Read(history.NewMonth(), path, oldest, cancellationToken));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                CannotRead(logger, path, exception.Message);
            }
        }
    }

    private static HistoryMonth Read(HistoryMonth month, string path, DateOnly oldest, CancellationToken cancellationToken)
    {
        var names = new Utf8Names.Set();
        using var stream = UsageFolder.OpenToRead(path);
        var lines = new LineReader(stream);
        while (lines.Next(out var text))
        {
            if (lines.Number % 4096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (UsageLineReader.TryRead(text, out var line, out _) && HistoryEntry.Of(ref line, names) is var entry && entry.Day >= oldest)
                month.Add(entry);
        }

        return month;
    }

    [LoggerMessage(30, LogLevel.Warning, "Usage of an earlier month cannot be read and is missing on the portal's pages {File} {Cause}")]
    private static partial void CannotRead(ILogger logger, string file, string cause);
}
