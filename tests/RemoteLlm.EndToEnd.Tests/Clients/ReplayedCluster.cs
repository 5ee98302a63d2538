using Microsoft.AspNetCore.Builder;
using RemoteLlm.Broker;
using RemoteLlm.Replay;

namespace RemoteLlm.EndToEnd.Tests.Clients;

/// <summary>A cluster whose LLM server plays the repository's cassettes: what real SDKs talk to.</summary>
internal sealed class ReplayedCluster : IAsyncDisposable
{
    /// <summary>A user whose one request is soon spent.</summary>
    public const string LimitedKey = "sk-11111111111111111111111111111111";

    // One request each second, and one model only.
    private const string BriskKey = "sk-22222222222222222222222222222222";
    private const string NarrowKey = "sk-33333333333333333333333333333333";

    private readonly WebApplication _replay;

    private ReplayedCluster(WebApplication replay, Cluster cluster) => (_replay, Cluster) = (replay, cluster);

    public Cluster Cluster { get; }

    /// <summary>What the scripts in <c>tests/clients</c> read from their environment, but for the address, whose form is their SDK's.</summary>
    public static (string Name, string Value)[] ForScripts =>
    [
        ("API_KEY", TestUsers.AliceKey),
        ("LIMITED_KEY", LimitedKey),
        ("BRISK_KEY", BriskKey),
        ("NARROW_KEY", NarrowKey),
        ("CASSETTES", Cassettes),
    ];

    private static string Cassettes => Path.Combine(Repository.Root, "cassettes");

    public static async Task<ReplayedCluster> Start(Action<BrokerOptions>? broker = null)
    {
        var replay = ReplayServer.Create(new ReplayOptions { CassettesDirectory = Cassettes, Pacing = ReplayPacing.None });
        await replay.StartAsync(TestContext.Current.CancellationToken);
        var users = TestUsers.Unlimited
            + TestUsers.Also("larry", LimitedKey, "limits: { requests_per_minute: 1, burst: 1 }")
            + TestUsers.Also("brigitte", BriskKey, "limits: { requests_per_minute: 60, burst: 1 }")
            + TestUsers.Also("nora", NarrowKey, "models: [\"replay-resp*\"]");
        var cluster = await Cluster.Start(new Uri(replay.Urls.First()), new ClusterOptions { Users = users, WithoutConnector = true, Broker = broker ?? (_ => { }) });
        await cluster.StartConnector();
        await cluster.UntilServed("replay-demo");
        return new ReplayedCluster(replay, cluster);
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await _replay.DisposeAsync();
    }
}
