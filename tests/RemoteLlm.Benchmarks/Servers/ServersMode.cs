using System.CommandLine;
using System.Text.Json;
using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Modes;
using RemoteLlm.Benchmarks.Products;
using RemoteLlm.Benchmarks.Reporting;

namespace RemoteLlm.Benchmarks.Servers;

/// <summary>What a connector with a <c>servers.json</c> adds at fifty concurrent requests, how it shares them among servers, and what is left of them when one is killed.</summary>
internal static class ServersMode
{
    /// <summary>Requests at once.</summary>
    public const int Callers = 50;

    // The server is gone half of it: long enough that its circuit is tried again in vain.
    private const double KillSeconds = 10;

    public static Command Create()
    {
        var rounds = ModeCommand.Number("--rounds", "How often the added time is measured on each way; 0 = not at all.", 3, 0, 100);
        var seconds = ModeCommand.Number("--seconds", "Seconds of each of these measurements.", 5, 1, 120);
        var shareSeconds = ModeCommand.Number("--share-seconds", "Seconds for which load is shared; 0 = not at all.", 20, 0, 600);
        var kills = ModeCommand.Number("--kills", "How often a server is killed.", 3, 0, 100);
        var burst = new Option<bool>("--burst") { Description = "The callers whose added time is measured begin all at once, and so stay in step." };
        return ModeCommand.Create(
            Roles.Servers,
            "What is added at 50 concurrent requests, and how they are shared among servers of different speed.",
            [rounds, seconds, shareSeconds, kills, burst],
            (parsed, cancellationToken) => Run(
                (int)parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(shareSeconds), (int)parsed.GetValue(kills), parsed.GetValue(burst), cancellationToken));
    }

    private static async Task<ModeReport> Run(int rounds, double seconds, double shareSeconds, int kills, bool burst, CancellationToken cancellationToken)
    {
        using var load = new LoadProcess();
        var added = rounds > 0 ? await MeasureAdded(load, rounds, seconds, burst, cancellationToken) : [];
        List<LoadShare> shares = [];
        foreach (var limited in shareSeconds > 0 ? (bool[])[true, false] : [])
            shares.Add(await LoadShare.Measure(limited, load, shareSeconds, cancellationToken));
        List<ServerLoss.Loss> losses = [];
        while (losses.Count < kills)
            losses.Add(await ServerLoss.Measure(load, KillSeconds, cancellationToken));

        var calm = added.Concat(shares.SelectMany(share => share.Measurements)).ToList();
        return new ModeReport(
            Roles.Servers,
            $"{Callers} callers; added time{(burst ? " in step" : "")}: medians of {rounds} rounds of {seconds} s; load shared for {shareSeconds} s; {kills} kills.",
            [
                .. rounds > 0 ? AddedTime.Findings(added) : [],
                .. shares.SelectMany(share => share.Findings()),
                .. kills > 0 ? ServerLoss.Findings(losses) : [],
            ],
            new { added, shares = shares.SelectMany(share => share.Measurements), losses },
            // A killed server cuts streams: that is a finding.
            calm.Select(one => one.Result.FirstError).FirstOrDefault(error => error is not null));
    }

    private static async Task<List<Measured>> MeasureAdded(LoadProcess load, int rounds, double seconds, bool burst, CancellationToken cancellationToken)
    {
        using var parties = await Parties.Start(cancellationToken);
        var servers = JsonSerializer.Serialize(new { servers = new[] { new { name = "one", url = parties.Llm } } });
        using var product = await Product.Start(llm: null, new ProductOptions { Servers = servers, Lan = true }, cancellationToken);
        return await AddedTime.Measure(parties.Llm, product, load, rounds, seconds, burst, cancellationToken);
    }
}
