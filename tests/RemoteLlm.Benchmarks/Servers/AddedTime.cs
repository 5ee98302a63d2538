using RemoteLlm.Benchmarks.EndToEnd;
using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;

namespace RemoteLlm.Benchmarks.Servers;

/// <summary>What is added at fifty concurrent requests, on the way through the broker and through the connector's own port. The LLM thinks long enough that the machine is not full.</summary>
internal static class AddedTime
{
    private const double MostMilliseconds = 50;
    private const int ThinkMilliseconds = 200;

    private const string Direct = "direct";
    private const string Broker = "broker and connector";
    private const string Lan = "the LAN port";

    private static readonly LoadCommand s_plain = new()
    {
        Port = 0,
        ApiKey = "",
        Callers = ServersMode.Callers,
        Stream = false,
        ThinkMilliseconds = ThinkMilliseconds,
        WarmUpSeconds = 1,
    };

    private static readonly Kind[] s_kinds =
    [
        new("chat, first byte", s_plain with { Stream = true, Chunks = 8, GapMicroseconds = 10_000, OwnConversations = true }, result => result.FirstToken),
        new("embeddings, whole answer", s_plain with { Path = RequestText.Embeddings }, result => result.Whole),
        new("ranking, whole answer", s_plain with { Path = RequestText.Rerank }, result => result.Whole),
    ];

    /// <summary>Measures all kinds of requests on all ways, in turns.</summary>
    /// <param name="llm">The LLM server.</param>
    /// <param name="product">What stands in front of it.</param>
    /// <param name="load">The clients.</param>
    /// <param name="rounds">How often each is measured.</param>
    /// <param name="seconds">For how long each time.</param>
    /// <param name="burst">All callers ask at the same moments.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<List<Measured>> Measure(
        Uri llm, Product product, LoadProcess load, int rounds, double seconds, bool burst, CancellationToken cancellationToken)
    {
        Route[] routes = [new(Direct, llm.Port, "none"), new(Broker, product.Port, product.ApiKey), new(Lan, product.LanPort, product.ApiKey)];
        var measured = new List<Measured>();
        for (var round = -1; round < rounds; round++)
        {
            foreach (var kind in s_kinds)
            {
                // No route is always the first.
                foreach (var route in Math.Abs(round) % 2 == 0 ? routes : Enumerable.Reverse(routes))
                {
                    var command = kind.Command with
                    {
                        Port = route.Port,
                        ApiKey = route.ApiKey,
                        Seconds = round < 0 ? 1 : seconds,
                        SpreadMilliseconds = burst ? 0 : ThinkMilliseconds,
                    };
                    var result = await load.Measure(command, cancellationToken);
                    // The first round is to warm up.
                    if (round >= 0)
                        measured.Add(new(Situation(kind, route.Name), result));
                }
            }

            if (round >= 0)
                await Console.Error.WriteLineAsync($"measured: added time, round {round + 1} of {rounds}");
        }

        return measured;
    }

    /// <summary>The figures: a percentile of a way minus the same one of the direct way, in the same round.</summary>
    public static IEnumerable<Finding> Findings(IReadOnlyList<Measured> measured)
    {
        foreach (var kind in s_kinds)
        {
            yield return Median(kind, Direct, measured, "p50", times => times.P50, added: false);
            yield return Median(kind, Direct, measured, "p95", times => times.P95, added: false);
            foreach (var way in (string[])[Broker, Lan])
            {
                yield return Median(kind, way, measured, "p50", times => times.P50, added: true);
                yield return Median(kind, way, measured, "p95", times => times.P95, added: true).AtMost(MostMilliseconds);
            }
        }
    }

    private static Finding Median(Kind kind, string way, IReadOnlyList<Measured> measured, string name, Func<Percentiles, double> percentile, bool added)
    {
        var direct = Of(Direct);
        return added
            ? Finding.Median($"{kind.Name}: added by {way}, {name}", "ms", [.. Of(way).Zip(direct, (relayed, alone) => relayed - alone)])
            : Finding.Median($"{kind.Name}: {way}, {name}", "ms", [.. direct]);

        IEnumerable<double> Of(string where) => measured
            .Where(one => one.Situation == Situation(kind, where))
            .Select(one => kind.Time(one.Result) is { } times ? percentile(times) : double.NaN);
    }

    private static string Situation(Kind kind, string way) => $"{kind.Name}: {way}";

    /// <param name="Name">What it is called in the results.</param>
    /// <param name="Command">What the clients do; port and key are those of the way.</param>
    /// <param name="Time">What of its times is of interest.</param>
    private sealed record Kind(string Name, LoadCommand Command, Func<LoadResult, Percentiles?> Time);
}
