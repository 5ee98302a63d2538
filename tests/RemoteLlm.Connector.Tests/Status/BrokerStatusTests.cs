using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Connector.Relay;
using RemoteLlm.Connector.Status;
using RemoteLlm.Connector.Tests.Routing;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Status;

/// <summary>What the broker is told of servers: how they stand, and neither where they are nor what their owner keeps to himself.</summary>
public sealed class BrokerStatusTests
{
    [Fact]
    public async Task Servers_are_told_with_their_models_and_without_their_addresses()
    {
        await using var rack = await Rack.Of(("big", ["llama", "qwen"]));
        rack.Put(rack.Registry.Current.Servers[0].Entry, Rack.Dead("dead"));
        await rack.Registry.FirstLook.OrHang();
        using var local = new LocalAccess([], TimeProvider.System);

        var status = new BrokerStatus(rack.Registry, local, new WaitingExchanges()).Current;

        Assert.Equal([("big", "vllm", true), ("dead", "vllm", false)], status.Servers.Select(server => (server.Name, server.Kind, server.Healthy)));
        Assert.Equal(["llama", "qwen"], status.Servers[0].Models!.Order(StringComparer.Ordinal));
        Assert.Null(status.Servers[0].Problem);
        var problem = status.Servers[1].Problem!;
        Assert.Contains("dead", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", problem, StringComparison.Ordinal);
        Assert.Empty(status.Waiting);
    }

    [Fact]
    public async Task Models_that_are_not_shared_are_not_told_from_the_moment_at_which_they_are_not()
    {
        using var folder = new TemporaryFolder();
        await using var rack = await Rack.Of(("big", ["llama", "qwen"]));
        await using var file = new AccessFile(folder.Path, TimeProvider.System, NullLogger<AccessFile>.Instance);
        await file.StartAsync(TestContext.Current.CancellationToken);
        using var local = new LocalAccess([file], TimeProvider.System);
        var source = new BrokerStatus(rack.Registry, local, new WaitingExchanges());
        Assert.Equal(2, source.Current.Servers[0].Models!.Count);
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        local.Changed += () => changed.TrySetResult();

        folder.Write("access.yaml", "models: [llama*]\n");
        await changed.Task.OrHang();

        Assert.Equal(["llama"], source.Current.Servers[0].Models!);
        Assert.Same(source.Current.Servers[0].Models, source.Current.Servers[0].Models);
    }
}
