using System.Text.Json;

namespace RemoteLlm.EndToEnd.Tests.Ledger;

/// <summary>What a broker that runs has booked.</summary>
internal static class LedgerLines
{
    /// <summary>The lines, once there are as many. Nobody tells that a record was settled: each look reads the files.</summary>
    /// <param name="data">The broker's data folder.</param>
    /// <param name="count">How many at least.</param>
    public static Task<IReadOnlyList<JsonElement>> Wait(string data, int count) => Look(Path.Combine(data, "usage"), count).OrHang();

    private static async Task<IReadOnlyList<JsonElement>> Look(string folder, int count)
    {
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var lines = Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).SelectMany(Read).ToList();
            if (lines.Count >= count)
                return lines;
            await Task.Yield();
        }
    }

    private static List<JsonElement> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        // A last line without its end is still being written.
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.Clone())];
    }
}
