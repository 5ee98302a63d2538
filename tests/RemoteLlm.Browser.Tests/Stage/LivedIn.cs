namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>A portal in which weeks of use lie behind and requests are under way: what there is to show is there. One for all tests of a class, which change nothing in it.</summary>
public sealed class LivedIn(Chromium chromium) : IAsyncDisposable
{
    private static readonly string s_users = TestUsers.Unlimited.Replace("limits: { requests_per_minute: 0 }", "gitlab_id: 4711\n    created_at: 2026-02-03T09:10:11Z\n    limits: { requests_per_minute: 60, tokens_per_day: 400000, cost_per_month: 40 }", StringComparison.Ordinal)
        + "    keys:\n"
        + Key("laptop", "sk-1aptop00", 'a', "") + Key("ci", "sk-c1c1c1c1", 'b', "\n        expires_at: 2031-05-01T00:00:00Z") + Key("open-webui", "sk-0penwebu", 'c', "\n        expires_at: 2026-03-01T00:00:00Z")
        + "  - gitlab_username: olga\n    gitlab_id: 12\n    role: operator\n    created_at: 2026-01-02T03:04:05Z\n    keys:\n" + Key("laptop", "sk-01ga01ga", 'd', "")
        + "  - gitlab_username: carol\n    gitlab_id: 99\n    status: pending\n    created_at: 2026-11-20T08:00:00Z\n"
        + "  - gitlab_username: bob\n    blocked: true\n    created_at: 2026-02-03T09:10:11Z\n"
        + string.Concat(Enumerable.Range(1, 60).Select(number => $"  - gitlab_username: teammate-{number:00}\n    created_at: 2026-03-04T05:06:07Z\n"));

    private readonly SemaphoreSlim _opening = new(1);
    private readonly Turnstile _gate = new();
    private readonly List<HttpResponseMessage> _running = [];
    private PortalStage? _stage;
    private string? _code;

    internal async Task<PortalStage> Stage()
    {
        await _opening.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _stage ??= await Furnish(await Open());
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Release(1000);
        foreach (var answer in _running)
            answer.Dispose();
        if (_stage is not null)
            await _stage.DisposeAsync();
        _gate.Dispose();
        _opening.Dispose();
    }

    private Task<PortalStage> Open() => PortalStage.Open(chromium, LlmScripts.Stream("A short answer."), new ClusterOptions
    {
        Users = s_users,
        Broker = broker =>
        {
            broker.Portal.DevLogin = true;
            PastUsage.Write(broker.Data, TimeProvider.System.GetUtcNow(), ("alice", "laptop"), ("alice", "ci"), ("alice", "portal"), ("olga", "laptop"), ("teammate-07", "key-1"), ("teammate-21", "key-1"));
        },
    }, ["qwen3-coder-30b", "llama-3.3-70b-instruct", "gemma-3-27b-it", "test-model"]);

    /// <summary>The code that the terminal of a connector shows which waits for an operator.</summary>
    internal async Task<string> WaitingCode()
    {
        await Stage();
        return _code!;
    }

    private static async Task<string> Enrol(PortalStage stage, string name)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("name", name), KeyValuePair.Create("software", "remotellm 0.1.0"), KeyValuePair.Create("machine", "gpu-box")]);
        using var answer = await stage.Cluster.Client.PostAsync("connectors/enroll", form, TestContext.Current.CancellationToken);
        return (await answer.Json()).GetProperty("user_code").GetString()!;
    }

    private async Task<PortalStage> Furnish(PortalStage stage)
    {
        for (var request = 0; request < 4; request++)
        {
            using var answer = await stage.Cluster.Client.Chat(stream: true, "qwen3-coder-30b");
            await answer.Text();
        }

        stage.Llm.Script = LlmScripts.Json("""{"error":{"message":"The context is full","type":"invalid_request_error","code":"context_length_exceeded"}}""", 400);
        using (await stage.Cluster.Client.Chat(stream: true, "gemma-3-27b-it"))
        {
        }

        stage.Llm.Script = LlmScripts.Stream(_gate, "And", "so", "on");
        _running.Add(await stage.Cluster.Client.Chat(stream: true, "qwen3-coder-30b"));
        _code = await Enrol(stage, "garage");
        return stage;
    }

    private static string Key(string name, string prefix, char digit, string more) =>
        $"      - name: {name}\n        prefix: {prefix}\n        hash: sha256:{new string(digit, 64)}\n        created_at: 2026-02-03T09:10:11Z{more}\n";
}
