using System.CommandLine;
using System.Diagnostics;
using System.Net.Sockets;
using RemoteLlm.Benchmarks.FakeLlm;
using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;
using RemoteLlm.Testing.Llm;

namespace RemoteLlm.Benchmarks.Cancel;

/// <summary>How soon the LLM server sees its connection close after a client has left. Client and server are in this process, and on one clock.</summary>
internal static class CancelMode
{
    private const double MostMilliseconds = 50;

    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(20);

    public static Command Create()
    {
        var times = ModeCommand.Number("--times", "Cancellations in each situation.", 250, 10, 100_000);
        return ModeCommand.Create(
            Roles.Cancel,
            "From a client's leaving to the LLM server's seeing it.",
            [times],
            (parsed, cancellationToken) => Run((int)parsed.GetValue(times), cancellationToken));
    }

    private static async Task<ModeReport> Run(int times, CancellationToken cancellationToken)
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion()) { Models = [FakeLlmServer.Model] };
        using var product = await Product.Start(llm.Url, cancellationToken);
        // Those that found out whether the product serves.
        for (var probes = llm.Requests.Count; probes > 0; probes--)
            await llm.NextExchange();

        Situation[] situations =
        [
            new("before the first byte", Streamed: true, LlmScripts.Hang(), UntilToken: false),
            new("in the middle of a stream", Streamed: true, Tokens, UntilToken: true),
            new("not streamed", Streamed: false, LlmScripts.Hang(), UntilToken: false),
        ];
        var measured = situations.ToDictionary(situation => situation.Name, _ => new List<double>(), StringComparer.Ordinal);
        for (var time = -5; time < times; time++)
        {
            foreach (var situation in situations)
            {
                llm.Script = situation.Script;
                var milliseconds = await Measure(situation, llm, product, cancellationToken);
                // The first few are to warm up.
                if (time >= 0)
                    measured[situation.Name].Add(milliseconds);
            }
        }

        return new ModeReport(
            Roles.Cancel,
            $"{times} cancellations in each situation, one at a time.",
            [
                .. measured.SelectMany(one => (Finding[])
                [
                    Finding.Median($"{one.Key}, p50", "ms", one.Value),
                    new Finding($"{one.Key}, p99", "ms", Statistics.Percentile(one.Value, 0.99)).AtMost(MostMilliseconds),
                    new Finding($"{one.Key}, longest", "ms", one.Value.Max()),
                ]),
            ],
            measured);
    }

    private static async Task<double> Measure(Situation situation, ScriptedLlmServer llm, Product product, CancellationToken cancellationToken)
    {
        var request = RequestText.Of(Commands.TokenStreams(product, streams: 1, s_pace, seconds: 0) with { Stream = situation.Streamed });
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", product.Port, cancellationToken);
        await socket.SendAsync(request, cancellationToken);
        var exchange = await llm.NextExchange();
        if (situation.UntilToken)
            await ReadToken(socket, cancellationToken);

        var left = Stopwatch.GetTimestamp();
        socket.Close();
        var closed = await exchange.PeerClosed.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, cancellationToken);
        return Stopwatch.GetElapsedTime(left, closed).TotalMilliseconds;
    }

    private static async Task ReadToken(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        for (var length = 0; buffer.AsSpan(0, length).IndexOf("data: "u8) < 0;)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            length += count > 0 ? count : throw new BenchmarkException("The stream ended before its first token.");
        }
    }

    private static async Task Tokens(ScriptedExchange exchange)
    {
        await exchange.SendHeaders();
        using var timer = new PeriodicTimer(s_pace);
        do
            await exchange.SendEvent(LlmScripts.Delta("token"));
        while (await timer.WaitForNextTickAsync(exchange.PeerGone));
    }

    /// <param name="Name">When the client leaves.</param>
    /// <param name="Streamed">Whether it asked for a stream.</param>
    /// <param name="Script">What the LLM server does.</param>
    /// <param name="UntilToken">Leave after the first token; else as soon as the LLM server has the request.</param>
    private sealed record Situation(string Name, bool Streamed, LlmScript Script, bool UntilToken);
}
