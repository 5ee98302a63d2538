using RemoteLlm.Connector.Tests.Routing;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Registry;

public sealed class ServerRegistryTests
{
    [Fact]
    public async Task Edit_touches_only_what_it_is_about()
    {
        await using var rack = await Rack.Of();
        var (one, two) = (rack.Entry("one", "m"), rack.Entry("two", "m"));
        rack.Put(one, two);
        await rack.Registry.FirstLook.OrHang();
        var (before, kept) = (rack["one"], rack["two"]);
        before.Latency.Observe(TimeSpan.FromSeconds(3));
        Assert.True(before.TryEnter());

        rack.Put(one with { Text = "one, edited", Priority = 4 }, two);

        Assert.Same(kept, rack["two"]);
        var after = rack["one"];
        Assert.NotSame(before, after);
        // What was learned of it stays: it is the same server.
        Assert.Equal((4, 3.0, true), (after.Entry.Priority, after.Latency.Seconds, after.State.Reachable));
        Assert.Same(before.Load, after.Load);
        // And what runs at the old one still can.
        using var answer = await before.Client.Pooled.SendAsync(new HttpRequestMessage(HttpMethod.Get, before.Entry.Address.Endpoint("/v1/models")), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
        before.Leave();
    }

    [Fact]
    public async Task At_another_address_it_is_another_server()
    {
        await using var rack = await Rack.Of(("one", ["m"]));
        var before = rack["one"];
        before.Latency.Observe(TimeSpan.FromSeconds(3));

        rack.Put(rack.Entry("one", "other") with { Text = "moved" });
        await rack.Registry.FirstLook.OrHang();

        Assert.Equal((0.0, "other"), (rack["one"].Latency.Seconds, Assert.Single(rack["one"].State.Models).Id));
        Assert.NotSame(before.Load, rack["one"].Load);
    }

    [Fact]
    public async Task Change_is_told_for_an_edit_and_for_what_a_look_finds()
    {
        await using var rack = await Rack.Of();
        var told = new SemaphoreSlim(0);
        rack.Registry.Changed += () => told.Release();
        var version = rack.Registry.Current.Version;

        rack.Put(rack.Entry("one", "m"));

        await told.WaitAsync(TestContext.Current.CancellationToken).OrHang();
        await told.WaitAsync(TestContext.Current.CancellationToken).OrHang();
        Assert.True(rack.Registry.Current.Version >= version + 2);
        Assert.Equal(["m"], rack.Registry.ModelNames);
    }
}
