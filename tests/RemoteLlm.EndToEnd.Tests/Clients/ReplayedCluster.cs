using Microsoft.AspNetCore.Builder;
using RemoteLlm.Replay;

namespace RemoteLlm.EndToEnd.Tests.Clients;

/// <summary>A cluster whose LLM server plays the repository's cassettes: what real SDKs talk to.</summary>
internal sealed class ReplayedCluster : IAsyncDisposable
{
    /// <summary>A user whose one request is soon spent.</summary>
    public const string LimitedKey = "sk-11111111111111111111111111111111";

    private readonly WebApplication _replay;

    private ReplayedCluster(WebApplication replay, Cluster cluster) => (_replay, Cluster) = (replay, cluster);

    public Cluster Cluster { get; }

    public static async Task<ReplayedCluster> Start()
    {
        var replay = ReplayServer.Create(new ReplayOptions { CassettesDirectory = Path.Combine(Repository.Root, "cassettes"), Pacing = ReplayPacing.None });
        await replay.StartAsync(TestContext.Current.CancellationToken);
        var users = TestUsers.Unlimited + TestUsers.Also("larry", LimitedKey, "limits: { requests_per_minute: 1, burst: 1 }");
        var cluster = await Cluster.Start(new Uri(replay.Urls.First()), new ClusterOptions { Users = users, WithoutConnector = true });
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
