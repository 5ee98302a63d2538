using System.Diagnostics;
using System.Text.Json;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.EndToEnd.Tests.Ledger;

/// <summary>What all children together sent and were told, and the one that runs.</summary>
internal sealed class KilledChild(string folder)
{
    private readonly List<UsageRecord[]> _lastSent = [];

    /// <summary>Every record that was sent, by its id.</summary>
    public Dictionary<string, UsageRecord> Sent { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids that were acknowledged.</summary>
    public HashSet<string> Settled { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys whose issue was acknowledged, with their users.</summary>
    public List<(string User, string Key)> Keys { get; } = [];

    /// <summary>Batches of the last child, in the order in which they were sent.</summary>
    public IReadOnlyList<UsageRecord[]> LastSent => _lastSent;

    /// <summary>Starts a child and kills it at a random moment: in the midst of its start, or so many lines and part of a synchronisation later.</summary>
    /// <param name="random">When.</param>
    /// <param name="untilKey">Not before a key was issued: that takes long beside the records, and most kills come before the first.</param>
    public async Task RunOne(Random random, bool untilKey)
    {
        // The last ones, of which some were acknowledged and some were not.
        await File.WriteAllTextAsync(Path.Combine(folder, LedgerChild.AgainFile), JsonSerializer.Serialize(_lastSent.TakeLast(6)), TestContext.Current.CancellationToken);
        _lastSent.Clear();
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in new[] { typeof(LedgerChild).Assembly.Location, LedgerChild.Role, folder, $"{random.Next()}" })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        try
        {
            var (lines, keys) = (random.Next(8) == 0 ? 1 : random.Next(1, 120), Keys.Count);
            while ((lines-- > 0 || (untilKey && Keys.Count == keys)) && Take(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().OrHang()))
            {
            }

            Spin(TimeSpan.FromMicroseconds(random.Next(4000)));
        }
        finally
        {
            process.Kill();
        }

        while (Take(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().OrHang()))
        {
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken).OrHang();
        Assert.NotEqual(1, process.ExitCode);
    }

    // Shorter than any timer.
    private static void Spin(TimeSpan span)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < span;)
            Thread.SpinWait(20);
    }

    private bool Take(string? line)
    {
        // The last one may have been cut by the kill.
        if (line?.Split(' ') is not [var what, .. var rest, "."])
            return line is not null;
        switch (what)
        {
            case "sent":
                var batch = JsonSerializer.Deserialize<UsageRecord[]>(string.Join(' ', rest))!;
                _lastSent.Add(batch);
                foreach (var record in batch)
                    Sent[record.Id] = record;
                break;
            case "settled":
                Settled.UnionWith(rest[0].Split(','));
                break;
            case "key":
                Keys.Add((rest[0], rest[1]));
                break;
            default:
                Assert.Fail(line);
                break;
        }

        return true;
    }
}
