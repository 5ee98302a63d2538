using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Broker.Usage.Spending;

namespace RemoteLlm.Broker.Usage;

/// <summary>
/// The months that records may still come for, each with its file and the ids that are in it. One is read when it is first needed, so that after a jump of the clock too no id is unknown.
/// Used by one thread at a time.
/// </summary>
internal sealed partial class LedgerBooks(string folder, ILedgerFiles files, UsageTotals totals, UsageHistory history, LedgerMetrics metrics, ILogger logger) : IDisposable
{
    // A guess, so that a million ids need no growing.
    private const int BytesPerLine = 300;

    private readonly Dictionary<UsageMonth, Book> _books = [];

    /// <summary>The book of a month.</summary>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    public Book Of(UsageMonth month)
    {
        if (!_books.TryGetValue(month, out var book))
            _books.Add(month, book = Read(month));
        return book;
    }

    /// <summary>Reads the months of which records are still accepted, where they have files.</summary>
    /// <returns>How many records there are.</returns>
    public long ReadAll(DateTimeOffset now)
    {
        var records = 0L;
        foreach (var (month, _) in UsageFolder.Months(folder).Where(file => IsOpen(file.Month, now)))
            records += Of(month).Ids.Count;
        return records;
    }

    /// <summary>Forgets the months of which no record is accepted any more.</summary>
    public void Close(DateTimeOffset now)
    {
        foreach (var (month, book) in _books.Where(book => !IsOpen(book.Key, now)).ToList())
        {
            book.Dispose();
            _books.Remove(month);
            totals.Drop(month);
        }
    }

    public void Dispose()
    {
        foreach (var book in _books.Values)
            book.Dispose();
    }

    private static bool IsOpen(UsageMonth month, DateTimeOffset now) =>
        month.Number >= UsageMonth.Of(now - UsageCheck.MaxAge).Number && month.Number <= UsageMonth.Of(now + UsageCheck.MaxAhead).Number;

    private Book Read(UsageMonth month)
    {
        var path = Path.Combine(folder, month.FileName);
        var book = new Book(new MonthFile(files, path));
        // Closed months stay in it; one that opens again, because a clock was set back, is read anew.
        history.Drop(month);
        if (!File.Exists(path))
            return book;
        try
        {
            if (book.File.Open() is > 0 and var cut)
                CutOff(logger, path, cut);
            using var stream = UsageFolder.OpenToRead(path);
            book.Ids.EnsureCapacity((int)Math.Min(stream.Length / BytesPerLine, 16_000_000));
            Read(new LineReader(stream), path, book.Ids);
            return book;
        }
        catch
        {
            book.Dispose();
            totals.Drop(month);
            history.Drop(month);
            throw;
        }
    }

    private void Read(LineReader lines, string path, HashSet<UInt128> ids)
    {
        var names = new Utf8Names.Set();
        while (lines.Next(out var text))
        {
            if (!UsageLineReader.TryRead(text, out var line, out var fault))
            {
                if (text.IsEmpty)
                    continue;
                Unreadable(logger, path, lines.Number, fault);
                metrics.Unreadable();
            }
            else if (ids.Add(line.Id))
            {
                var entry = HistoryEntry.Of(ref line, names);
                totals.Add(entry.User, entry.Time, line.Tokens, line.Cost);
                history.Add(entry);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Usage line cannot be read and does not count; it is left as it is {File} {Line} {Fault}")]
    private static partial void Unreadable(ILogger logger, string file, long line, string fault);

    [LoggerMessage(2, LogLevel.Information, "Usage file ended inside a line, as a crash leaves it; what was never acknowledged is cut off {File} {Bytes}")]
    private static partial void CutOff(ILogger logger, string file, long bytes);

    /// <summary>A month's file and the ids in it.</summary>
    internal sealed class Book(MonthFile file) : IDisposable
    {
        public MonthFile File { get; } = file;

        public HashSet<UInt128> Ids { get; } = [];

        public void Dispose() => File.Dispose();
    }
}
