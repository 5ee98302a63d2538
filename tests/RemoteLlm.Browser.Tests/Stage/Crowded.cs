using System.Globalization;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>A portal in which everything is as long and as many as it gets: names of 64 characters, a dozen models, a thousand users, usage of one day and of a thousandfold difference. One for all tests of a class, which change nothing in it.</summary>
public sealed class Crowded(Chromium chromium) : IAsyncDisposable
{
    /// <summary>A user's name of 64 characters, without a place where it would break by itself.</summary>
    public static readonly string User = "maximiliana" + new string('n', 42) + "-the-third";

    /// <summary>A key's.</summary>
    public static readonly string Key = "continuous-integration-of-" + new string('k', 38);

    /// <summary>A model's, as registries have them.</summary>
    public static readonly string Model = "hf.co/SomebodyWithAName/Some-Model-Instruct-Distill-GGUF:Q4_K_M0";

    private static readonly string s_users = TestUsers.Unlimited
        + "  - gitlab_username: olga\n    role: operator\n"
        + $"  - gitlab_username: {User}\n    gitlab_id: 4711\n    role: operator\n    created_at: 2026-02-03T09:10:11Z\n    limits: {{ requests_per_minute: 60, tokens_per_minute: 123456789, tokens_per_day: 400000, tokens_per_month: 9876543210, cost_per_day: 1.25, cost_per_month: 40 }}\n    keys:\n"
        + string.Concat(Enumerable.Range(0, 3).Select(number => $"      - name: {(number == 0 ? Key : $"key-{number}")}\n        prefix: sk-1aptop0{number}\n        hash: sha256:{new string((char)('a' + number), 64)}\n        created_at: 2026-02-03T09:10:11Z\n        expires_at: 2031-05-01T00:00:00Z\n"))
        + string.Concat(Enumerable.Range(1, 1000).Select(number => $"  - gitlab_username: teammate-{number:0000}\n    created_at: 2026-03-04T05:06:07Z\n{(number % 250 == 0 ? "    status: pending\n" : "")}"));

    private readonly SemaphoreSlim _opening = new(1);
    private readonly Turnstile _gate = new();
    private HttpResponseMessage? _running;
    private PortalStage? _stage;

    internal async Task<PortalStage> Stage()
    {
        await _opening.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _stage ??= await Open();
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Release(1000);
        _running?.Dispose();
        if (_stage is not null)
            await _stage.DisposeAsync();
        _gate.Dispose();
        _opening.Dispose();
    }

    private async Task<PortalStage> Open()
    {
        var stage = await PortalStage.Open(chromium, LlmScripts.Stream(_gate, "And", "so", "on"), new ClusterOptions
        {
            Users = s_users,
            Broker = broker =>
            {
                broker.Portal.DevLogin = true;
                PastUsage.Write(broker.Data, Past(TimeProvider.System.GetUtcNow()));
            },
        }, [Model, .. Enumerable.Range(1, 10).Select(number => $"model-{number}-instruct"), "test-model"]);
        _running = await stage.Cluster.Client.Chat(stream: true, Model);
        using var form = new FormUrlEncodedContent([new("name", "garage-" + new string('g', 50)), new("software", "remotellm 0.1.0"), new("machine", new string('m', 60))]);
        using (await stage.Cluster.Client.PostAsync("connectors/enroll", form, TestContext.Current.CancellationToken))
            return stage;
    }

    // Of the long name one day; of Olga a thousandfold difference between days and models.
    private static IEnumerable<UsageRecord> Past(DateTimeOffset now) =>
    [
        Record(now.AddDays(-9), "olga", "laptop", Model, 48_000_000), Record(now.AddDays(-8), "olga", "laptop", "model-1-instruct", 4_000), Record(now.AddDays(-7), "olga", Key, "model-2-instruct", 40),
        Record(now.AddDays(-3), User, Key, Model, 1_234_567),
    ];

    private static UsageRecord Record(DateTimeOffset time, string user, string key, string model, int tokens) =>
        new(string.Create(CultureInfo.InvariantCulture, $"req_{Guid.CreateVersion7(time):N}"), user, key, "chat", model)
        {
            Time = time,
            Connector = "home",
            Server = "default",
            Status = 200,
            PromptTokens = tokens,
            CompletionTokens = tokens / 10,
            Cost = tokens / 1_000_000m,
            FirstTokenMs = tokens / 1000,
            DurationMs = 1 + (tokens / 100),
        };
}
