using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.EndToEnd.Tests.Fuzz;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Testing.Logs;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>
/// Requests that are wrong in many ways, through both halves: each is refused as the client's fault or passes, and nothing that was not allowed reaches the LLM server.
/// <c>REMOTELLM_FUZZ=100000</c> sends more of them, <c>REMOTELLM_SEED</c> the same ones again.
/// </summary>
public sealed class FuzzTests
{
    private const int Connections = 6;

    private const string Users = $$"""
        users:
          - gitlab_username: alice
            api_key: {{TestUsers.AliceKey}}
            models: ["test-*"]
            limits: { requests_per_minute: 0, concurrent_requests: 0 }

        """;

    private static readonly int s_count = Draws.FromEnvironment("REMOTELLM_FUZZ") ?? 20_000;

    private const int MaxWrongs = 20;

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentQueue<string> _wrongs = new();

    [Fact]
    public async Task No_mutated_request_breaks_anything_or_gets_where_it_may_not()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}");
        await using var llm = await RecordingLlm.Start();
        await using var cluster = await Cluster.Start(llm.Url, new ClusterOptions { Users = Users });
        var began = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(() =>
            new FuzzClient(cluster.Url, Check, Note).Send(Enumerable.Range(0, s_count).Where(i => i % Connections == connection).Select(i => FuzzDraw.Draw(Draws.Seed + i))))));

        var took = Stopwatch.GetElapsedTime(began);
        var answers = string.Join(", ", _statuses.OrderBy(status => status.Key).Select(status => $"{status.Value} × {status.Key}"));
        var keys = Enumerable.Range(Draws.Seed, s_count).Count(seed => FuzzDraw.Draw(seed).HasKey);
        TestContext.Current.TestOutputHelper?.WriteLine($"{s_count} requests, {keys} with a good key, {llm.Served} reached the LLM server, in {took.TotalSeconds:0.0} s: {answers}");

        Assert.True(_wrongs.IsEmpty, string.Join("\n\n", _wrongs));
        Assert.True(llm.Wrongs.Count == 0, string.Join("\n\n", llm.Wrongs));
        // Idle, or this would wait for ever: what both halves count as under way is back at nothing.
        await cluster.Broker.GetRequiredService<InFlightRequests>().DrainAsync().OrHang("the broker's requests to be over");
        await cluster.Connector.Services.GetRequiredService<InFlightRequests>().DrainAsync().OrHang("the connector's requests to be over");
        var errors = cluster.BrokerLogs.Entries.Concat(cluster.Connector.Logs.Entries).Where(entry => entry.Level >= LogLevel.Error && !IsOfKestrelAlone(entry)).Take(5).ToList();
        Assert.True(errors.Count == 0, string.Join("\n\n", errors));
        Assert.InRange(keys, s_count / 2, s_count);
        Assert.InRange(llm.Served, s_count / 10, s_count);
        Assert.InRange(_statuses.Where(status => status.Key >= 400).Sum(status => status.Value), s_count / 10, s_count);
    }

    private void Check(FuzzRequest request, Answer answer)
    {
        _statuses.AddOrUpdate(answer.Status, 1, static (_, count) => count + 1);
        // 505 is what a version that nobody speaks is told.
        if (answer.Status is not ((>= 200 and < 300) or (>= 400 and < 500) or 505))
            Note(request, $"{answer.Status} {Encoding.UTF8.GetString(answer.Body)}");
        else if (answer.Head["x-request-id"].Count() > 1 || answer.Head.Contains("x-injected"))
            Note(request, "headers that are none of ours");
        else if (!request.IsHead && answer.Head["content-type"].Any(type => type.StartsWith("application/json", StringComparison.Ordinal)) && !IsJson(answer.Body))
            Note(request, $"no JSON: {Encoding.UTF8.GetString(answer.Body)}");
    }

    private void Note(FuzzRequest request, string wrong)
    {
        if (_wrongs.Count < MaxWrongs)
            _wrongs.Enqueue($"seed {request.Seed} ({request.End}): {wrong} for\n{Encoding.Latin1.GetString(request.Bytes.AsSpan(0, Math.Min(request.Bytes.Length, 1000)))}");
    }

    // Kestrel itself trips over a NUL in a trailer where it discards a body that nobody read. It closes the connection, and there is no way to keep it quiet about that alone.
    private static bool IsOfKestrelAlone(LogEntry entry) => entry.Category.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal) && entry.Says("automatic draining of the request body failed");

    private static bool IsJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
