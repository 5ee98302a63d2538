using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Tests.Routing;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Tests.Relay;

public sealed class ServerCourseTests
{
    [Fact]
    public async Task A_request_whose_client_leaves_while_its_server_works_costs_its_prompt()
    {
        await using var stage = await RoutingStage.StartAsync(home => home with { Prices = new Dictionary<string, ModelPrice> { ["*"] = new(1, null, 1) } });
        var asked = new TaskCompletionSource();
        stage.Scripted("home").Script = async exchange =>
        {
            asked.SetResult();
            await exchange.PeerClosed.OrHang();
        };
        using var client = new CancellationTokenSource();
        using var clock = new ActivityClock(stage.Time, client.Token);
        await using var body = new HeldBody(PipeReader.Create(new MemoryStream("{}"u8.ToArray())), 2, 1024, 1024, new BodySpool(1024));
        await body.ReadAsync(static _ => true, TestContext.Current.CancellationToken);
        var exchange = new Exchange(RoutingStage.Chat, "label", "id", 0) { Model = "test-model", PromptTokens = 9_000 };
        var demand = new Connector.Routing.RouteDemand(static _ => 9_000, 1_000);
        var course = new ServerCourse(new ServerAttempts(null!, new ConnectorOptions { Llm = new LlmServerOptions() }, stage.Time), null!, new TokenEstimator(), stage.Time);

        using (var lease = (await stage.TakeAsync(stage.Choice(demand: demand)).OrHang()).Lease!)
        {
            var running = course.RunAsync(new DefaultHttpContext(), body, exchange, lease, clock, stream: null);
            Assert.Same(asked.Task, await Task.WhenAny(asked.Task, running).OrHang());
            Assert.Equal((0, 0.01m), lease.Server.Spending.Today);
            await client.CancelAsync();
            using var attempt = await running.OrHang();
            Assert.Equal(ServerFailure.None, attempt!.Failure);
        }

        Assert.Equal((0.009m, 0), stage["home"].Spending.Today);
        Assert.Equal(0.009m, exchange.Cost);
    }

    [Fact]
    public async Task So_does_one_whose_client_leaves_when_the_head_of_the_answer_has_come_and_nothing_else()
    {
        await using var stage = await RoutingStage.StartAsync(home => home with { Prices = new Dictionary<string, ModelPrice> { ["*"] = new(1, null, 1) } });
        stage.Scripted("home").Script = async exchange =>
        {
            await exchange.SendHeaders();
            await exchange.PeerClosed.OrHang();
        };
        using var client = new CancellationTokenSource();
        using var clock = new ActivityClock(stage.Time, client.Token);
        await using var body = new HeldBody(PipeReader.Create(new MemoryStream("{}"u8.ToArray())), 2, 1024, 1024, new BodySpool(1024));
        await body.ReadAsync(static _ => true, TestContext.Current.CancellationToken);
        var exchange = new Exchange(RoutingStage.Chat, "label", "id", 0) { Model = "test-model", PromptTokens = 9_000 };
        var demand = new Connector.Routing.RouteDemand(static _ => 9_000, 1_000);
        var options = new ConnectorOptions { Llm = new LlmServerOptions() };
        var course = new ServerCourse(new ServerAttempts(new AnswerRelay(options, stage.Time), options, stage.Time), null!, new TokenEstimator(), stage.Time);

        using (var lease = (await stage.TakeAsync(stage.Choice(demand: demand)).OrHang()).Lease!)
        {
            using var attempt = await course.RunAsync(new DefaultHttpContext(), body, exchange, lease, clock, stream: null).OrHang();
            Assert.Equal(ServerFailure.None, attempt!.Failure);
            var finishing = course.FinishAsync(new DefaultHttpContext(), exchange, lease, attempt);
            await client.CancelAsync();
            Assert.Null(await finishing.OrHang());
        }

        Assert.Equal((0.009m, 0), stage["home"].Spending.Today);
        Assert.Equal(0.009m, exchange.Cost);
    }
}
