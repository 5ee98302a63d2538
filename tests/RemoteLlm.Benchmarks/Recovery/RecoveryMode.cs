using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;

namespace RemoteLlm.Benchmarks.Recovery;

/// <summary>How soon a running stream goes on after its line was away for two seconds, and how soon requests are served after the broker was restarted.</summary>
internal static class RecoveryMode
{
    private const double MostMillisecondsAfterCut = 500;
    private const double MostMillisecondsAfterRestart = 2_000;

    private static readonly TimeSpan s_outage = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var cuts = ModeCommand.Number("--cuts", "How often the line is cut.", 15, 1, 1000);
        // The connector takes a line that has held for 10 s for a good one, and dials at once when it is lost.
        var healthy = ModeCommand.Number("--seconds-between", "Seconds between two cuts.", 11, 1, 600);
        var restarts = ModeCommand.Number("--restarts", "How often the broker is restarted.", 5, 0, 1000);
        return ModeCommand.Create(
            Roles.Recovery,
            "After a cut of 2 s: until the stream goes on. After a restart of the broker: until a request is served.",
            [cuts, healthy, restarts],
            (parsed, cancellationToken) => Run(
                (int)parsed.GetValue(cuts), TimeSpan.FromSeconds(parsed.GetValue(healthy)), (int)parsed.GetValue(restarts), cancellationToken));
    }

    private static async Task<ModeReport> Run(int cuts, TimeSpan healthy, int restarts, CancellationToken cancellationToken)
    {
        using var parties = await Parties.Start(cancellationToken);
        await using var line = new LineToBroker();
        using var product = await Product.Start(parties.Llm, new ProductOptions { Line = line.To }, cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var stream = new WatchedStream();
        var running = stream.Run(Commands.TokenStreams(product, streams: 1, s_pace, seconds: 0), over.Token);

        var afterCuts = new List<double>();
        for (var cut = 0; cut < cuts; cut++)
        {
            await Wait(healthy, running, cancellationToken);
            line.Faulty.Refuse();
            line.Faulty.Cut();
            await Wait(s_outage, running, cancellationToken);
            var next = stream.Next();
            var back = Stopwatch.GetTimestamp();
            line.Faulty.Accept();
            await Wait(s_longest, Task.WhenAny(next, running), cancellationToken);
            if (!next.IsCompletedSuccessfully)
                throw new BenchmarkException($"Nothing came for {s_longest.TotalSeconds} s after cut {cut + 1}, or the stream ended.\n{running.Exception?.Message}");
            afterCuts.Add(Stopwatch.GetElapsedTime(back, await next).TotalMilliseconds);
            await Console.Error.WriteLineAsync($"measured: cut {cut + 1} of {cuts}, {afterCuts[^1]:F0} ms");
        }

        await over.CancelAsync();
        await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        var afterRestarts = new List<double>();
        for (var restart = 0; restart < restarts; restart++)
        {
            await Task.Delay(healthy, TimeProvider.System, cancellationToken);
            product.KillBroker();
            product.StartBroker();
            afterRestarts.Add(await UntilServed(product, cancellationToken));
            await Console.Error.WriteLineAsync($"measured: restart {restart + 1} of {restarts}, {afterRestarts[^1]:F0} ms");
        }

        return new ModeReport(
            Roles.Recovery,
            $"{cuts} cuts of {s_outage.TotalSeconds} s, {restarts} restarts after a kill, {healthy.TotalSeconds} s between them; a token every {s_pace.TotalMilliseconds} ms.",
            [
                Finding.Median("line back to next token, median", "ms", afterCuts).AtMost(MostMillisecondsAfterCut),
                new Finding("line back to next token, longest", "ms", afterCuts.Max()),
                new Finding("tokens lost, doubled or out of order", "", stream.InOrder ? 0 : 1) { Target = "0", Met = stream.InOrder },
                Finding.Median("broker listens to first request served, median", "ms", afterRestarts).AtMost(MostMillisecondsAfterRestart),
                new Finding("broker listens to first request served, longest", "ms", afterRestarts.DefaultIfEmpty(double.NaN).Max()),
            ],
            new { afterCuts, afterRestarts, stream.Chunks });
    }

    private static async Task<double> UntilServed(Product product, CancellationToken cancellationToken)
    {
        while (!await Listens(product.Port, cancellationToken))
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        var listening = Stopwatch.GetTimestamp();
        await new ProductProbe(product.Port, product.ApiKey).UntilServed(product.Processes, TimeSpan.FromMilliseconds(10), cancellationToken);
        return Stopwatch.GetElapsedTime(listening).TotalMilliseconds;
    }

    private static async Task<bool> Listens(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Waits, unless something happens that is not to happen.</summary>
    private static async Task Wait(TimeSpan time, Task unless, CancellationToken cancellationToken)
    {
        var first = await Task.WhenAny(unless, Task.Delay(time, TimeProvider.System, cancellationToken));
        await first;
    }
}
