using System.Buffers;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.Files;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Benchmarks.Ledger;

/// <summary>A data folder for a ledger, removed at the end.</summary>
internal sealed class LedgerFolder : IDisposable
{
    private const int Users = 200;

    private static readonly TimeSpan s_span = TimeSpan.FromDays(30);

    public string Path { get; } = Directory.CreateTempSubdirectory("remotellm-ledger-").FullName;

    /// <summary>Writes as many records of the last days, as a broker would have.</summary>
    public void Fill(int records)
    {
        var folder = Directory.CreateDirectory(UsageFolder.In(Path)).FullName;
        using var writer = new UsageLineWriter();
        var lines = new ArrayBufferWriter<byte>();
        var random = new Random(1);
        var start = TimeProvider.System.GetUtcNow() - s_span;
        for (var number = 0; number < records; number++)
        {
            var time = start + (s_span * ((double)number / records));
            var user = random.Next(Users);
            writer.Write(lines, new UsageRecord($"req_{Guid.CreateVersion7(time):N}", $"user-{user}", "laptop", "chat", "llama3.2:3b")
            {
                Time = time, Connector = "gpu-box", Server = "ollama", ServedModel = "llama3.2:3b-instruct-q4_K_M", Status = 200, PromptTokens = random.Next(20_000), CachedTokens = 0,
                CompletionTokens = random.Next(2000), Cost = random.Next(100_000) / 1_000_000m, FirstTokenMs = random.Next(2000), DurationMs = random.Next(60_000),
            });
            if (lines.WrittenCount < 1 << 20 && number + 1 < records && UsageMonth.Of(time) == UsageMonth.Of(start + (s_span * ((double)(number + 1) / records))))
                continue;
            using var file = new FileStream(System.IO.Path.Combine(folder, UsageMonth.Of(time).FileName), FileMode.Append);
            file.Write(lines.WrittenSpan);
            lines.ResetWrittenCount();
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
