using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Metering;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Connector.Routing;
using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Tests.Routing;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Tests.Relay;

public sealed class TokenCountRelayTests
{
    [Fact]
    public async Task Counting_keeps_no_money_and_no_tokens_of_the_server()
    {
        await using var stage = await RoutingStage.StartAsync(home => home with { Prices = new Dictionary<string, ModelPrice> { ["*"] = new(1, null, 1) }, Costs = new CostCaps(0, 10, 0), TokensPerMinute = 10_000 });
        var server = stage["home"];
        var endpoint = ApiEndpoints.Find("/v1/messages/count_tokens")!;
        server.Habits.ObserveLack(endpoint.Path, "test-model");
        var choice = new RouteChoice(stage.Registry, "test-model", endpoint, null) { Demand = new RouteDemand(static _ => 9_000, null) };
        var context = new DefaultHttpContext();
        using var clock = new ActivityClock(stage.Time, CancellationToken.None);
        await using var body = new HeldBody(PipeReader.Create(Stream.Null), 0, 1024, 1024, new BodySpool(1024));
        await body.ReadAsync(static _ => true, TestContext.Current.CancellationToken);

        var error = await new TokenCountRelay(null!, new ContextCheck(new TokenEstimator(), stage.Time), stage.Time).CountAsync(context, body, new Exchange(endpoint, "label", "id", 0), choice, clock).OrHang();

        Assert.Null(error);
        Assert.Equal((0, 0), server.Spending.Today);
        Assert.Equal(TimeSpan.Zero, server.Rate.Check(9_000));
        Assert.Equal(0, server.Load.Running);
    }
}
