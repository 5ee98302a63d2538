using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RemoteLlm.Broker.Observability.Requests;

namespace RemoteLlm.EndToEnd.Tests.Portal;

/// <summary>The page on which operators see what runs and what ran, and cancel.</summary>
public sealed class RequestsPageTests
{
    [Fact]
    public async Task Operator_sees_a_running_request_and_cancels_it()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Hang());
        await using var cluster = await Cluster.Start(llm.Url, PortalStage.Options);
        using var olga = await PortalClient.LoggedIn(cluster, "olga");
        Assert.Contains("Nothing is running", await olga.Page("/admin/requests"), StringComparison.Ordinal);
        var asking = cluster.Client.Chat();
        await llm.NextExchange();
        var running = Assert.Single(cluster.Broker.GetRequiredService<LiveRequests>().Running);

        var page = await olga.Page("/admin/requests");
        Assert.Contains("at the model", page, StringComparison.Ordinal);
        Assert.Contains($"value=\"{running.Id}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(TestUsers.AliceKey, page, StringComparison.Ordinal);
        using var cancelled = await olga.Post("/admin/requests/cancel?user=alice", ("id", running.Id));
        Assert.Equal((HttpStatusCode.Found, "/admin/requests?user=alice&done=request-cancelled"), (cancelled.StatusCode, cancelled.Headers.Location?.ToString()));

        using var answer = await asking;
        await ErrorAssert.Is(answer, 403, "permission_error", "request_cancelled");
        var line = Assert.Single(PortalStage.Audit(cluster), one => one.Contains("request.cancelled", StringComparison.Ordinal));
        Assert.Contains("\"actor\":\"olga\"", line, StringComparison.Ordinal);
        Assert.Contains(running.Id, line, StringComparison.Ordinal);
        using var late = await olga.Post("/admin/requests/cancel", ("id", running.Id));
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("over already", await late.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_shows_what_fits_and_what_clients_say_is_text()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Completion());
        await using var cluster = await Cluster.Start(llm.Url, PortalStage.Options);
        using var good = await cluster.Client.Chat();
        using var bad = await cluster.Client.Chat(model: "<script>alert(1)</script>");
        using var olga = await PortalClient.LoggedIn(cluster, "olga");
        await cluster.BrokerLogs.Until("Request", " model_not_found ");

        var all = await olga.Page("/admin/requests");
        Assert.Contains("model_not_found", all, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", all, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", all, StringComparison.Ordinal);

        Assert.DoesNotContain("model_not_found", await olga.Page("/admin/requests?outcome=answered"), StringComparison.Ordinal);
        Assert.Contains(">test-model", await olga.Page("/admin/requests?outcome=answered&user=alice&connector=home"), StringComparison.Ordinal);
        Assert.Contains("None fits", await olga.Page("/admin/requests?user=bob"), StringComparison.Ordinal);
        Assert.Contains("None fits", await olga.Page("/admin/requests?id=%22%3E%3Cscript%3E"), StringComparison.Ordinal);
        Assert.DoesNotContain("None fits", await olga.Page("/admin/requests?id=" + good.Header("x-request-id")[..12]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_is_for_operators()
    {
        await using var llm = new ScriptedLlmServer(LlmScripts.Hang());
        await using var cluster = await Cluster.Start(llm.Url, PortalStage.Options);
        var asking = cluster.Client.Chat();
        await llm.NextExchange();
        var id = Assert.Single(cluster.Broker.GetRequiredService<LiveRequests>().Running).Id;
        using var alice = await PortalClient.LoggedIn(cluster, "alice");
        using var olga = await PortalClient.LoggedIn(cluster, "olga");

        using var page = await alice.Get("/admin/requests");
        using var cancel = await alice.Post("/admin/requests/cancel", ("id", id));
        using var forged = await olga.PostWithout("/admin/requests/cancel", ("id", id));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.BadRequest), (page.StatusCode, cancel.StatusCode, forged.StatusCode));
        Assert.False(asking.IsCompleted);
        using var over = await olga.Post("/admin/requests/cancel", ("id", id));
        using var answer = await asking;
    }
}
