using System.Buffers;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>Weeks of use before a test begins, the same each time: what pages of figures are to show.</summary>
internal static class PastUsage
{
    private const int Days = 45;

    private static readonly string[] s_models = ["qwen3-coder-30b", "llama-3.3-70b-instruct", "gemma-3-27b-it"];

    /// <summary>Writes the ledger's files into a broker's data folder, before it starts.</summary>
    public static void Write(string data, DateTimeOffset now, params (string User, string Key)[] keys)
    {
        var draws = new Random(20251130);
        var records = new List<UsageRecord>();
        foreach (var day in Enumerable.Range(1, Days).Select(back => now.AddDays(-back)).OrderBy(day => day))
        {
            // People rest on weekends.
            var busy = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 3 : 14;
            for (var request = draws.Next(busy); request >= 0; request--)
                records.Add(Record(draws, day, keys[draws.Next(keys.Length)]));
        }

        Write(data, records);
    }

    /// <summary>Writes just these, in the order of their times.</summary>
    public static void Write(string data, IEnumerable<UsageRecord> records)
    {
        var folder = Directory.CreateDirectory(UsageFolder.In(data));
        using var writer = new UsageLineWriter();
        foreach (var month in records.GroupBy(record => UsageMonth.Of(record.Time)))
        {
            var lines = new ArrayBufferWriter<byte>();
            foreach (var record in month)
                writer.Write(lines, record);

            File.WriteAllBytes(Path.Combine(folder.FullName, month.Key.FileName), lines.WrittenSpan.ToArray());
        }

        if (OperatingSystem.IsWindows())
            return;
        folder.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    }

    private static UsageRecord Record(Random draws, DateTimeOffset day, (string User, string Key) key)
    {
        var failed = draws.Next(25) == 0;
        return new UsageRecord($"req_{Guid.CreateVersion7(day):N}", key.User, key.Key, "chat", s_models[draws.Next(draws.Next(1, 4))])
        {
            Time = day,
            Connector = "home",
            Server = "default",
            Status = failed ? 503 : 200,
            Error = failed ? "queue_full" : null,
            PromptTokens = failed ? 0 : draws.Next(200, 24_000),
            CompletionTokens = failed ? 0 : draws.Next(20, 1_500),
            Cost = failed ? null : draws.Next(1, 400) / 10_000m,
            FirstTokenMs = failed ? null : draws.Next(90, 2_600),
            DurationMs = draws.Next(400, 30_000),
        };
    }
}
