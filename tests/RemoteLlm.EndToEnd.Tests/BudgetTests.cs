using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Broker.Usage.Files;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>From a request to its line in the ledger, and from there to the refusal at the edge.</summary>
public sealed class BudgetTests
{
    private const string Answer =
        """{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":65,"total_tokens":77}}""";

    [Fact]
    public async Task What_a_request_used_is_in_the_ledger_and_who_has_spent_a_budget_is_refused_at_the_edge()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json(Answer));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Users = Users("tokens_per_day: 77") });
        var settled = Settled(cluster);

        using (var served = await cluster.Client.Chat())
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        await settled.OrHang();
        using var refused = await cluster.Client.Chat();

        var error = await ErrorAssert.Is(refused, 429, "insufficient_quota", "insufficient_quota");
        Assert.Contains("tokens per day", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("false", refused.Header("x-should-retry"));
        Assert.InRange(int.Parse(refused.Header("retry-after"), System.Globalization.CultureInfo.InvariantCulture), 1, 24 * 60 * 60);
        // Nothing of it crossed the tunnel: it has no connector and no attempt.
        var line = cluster.BrokerLogs.Entries.Last(entry => entry.Says("Request ", " 429 insufficient_quota "));
        Assert.DoesNotContain(" home ", line.Message, StringComparison.Ordinal);
        using var models = await cluster.Client.GetAsync("v1/models", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, models.StatusCode);

        var (_, file) = Assert.Single(UsageFolder.Months(UsageFolder.In(cluster.Data)));
        using var record = JsonDocument.Parse(Assert.Single(await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)));
        Assert.Equal(
            ("alice", "home", "test-model", 12, 65),
            (Text("user"), Text("connector"), Text("model"), record.RootElement.GetProperty("prompt_tokens").GetInt32(), record.RootElement.GetProperty("completion_tokens").GetInt32()));
        string? Text(string name) => record.RootElement.GetProperty(name).GetString();
    }

    [Fact]
    public async Task What_was_spent_is_spent_after_a_restart_of_the_broker_and_a_greater_budget_lets_in_again()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Json(Answer));
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Users = Users("tokens_per_month: 50"), OverFaultyLine = true });
        var settled = Settled(cluster);
        using (var served = await cluster.Client.Chat())
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        await settled.OrHang();

        await cluster.RestartBroker();
        await cluster.UntilServed();

        using (var refused = await cluster.Client.Chat())
            await ErrorAssert.Is(refused, 429, "insufficient_quota", "insufficient_quota");
        await cluster.ChangeUsers(Users("tokens_per_month: 5000"));
        using var again = await cluster.Client.Chat();
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    private static string Users(string budget) => $$"""
        users:
          - gitlab_username: alice
            api_key: {{TestUsers.AliceKey}}
            limits: { requests_per_minute: 0, {{budget}} }

        """;

    private static Task Settled(Cluster cluster)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Broker.GetRequiredService<IUsageLedger>().SpendingChanged += users =>
        {
            if (users?.Contains("alice") == true)
                settled.TrySetResult();
        };
        return settled.Task;
    }
}
