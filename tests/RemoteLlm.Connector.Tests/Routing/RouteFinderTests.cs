using RemoteLlm.Connector.Routing;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Routing;

public sealed class RouteFinderTests
{
    [Fact]
    public async Task Model_is_found_at_every_server_that_lists_it_and_an_alias_means_what_it_says()
    {
        await using var rack = await Rack.Of();
        rack.Put(rack.Entry("one", "m"), rack.Entry("two", "m", "other") with { Aliases = new Dictionary<string, string> { ["big"] = "other", ["none"] = "absent" } });
        await rack.Registry.FirstLook.OrHang();

        Assert.Equal(["one/m", "two/m"], Routes(rack, "m"));
        Assert.Equal(["two/other"], Routes(rack, "big"));
        Assert.Empty(Routes(rack, "none"));
        Assert.Empty(Routes(rack, "M"));
    }

    [Fact]
    public async Task Name_without_a_tag_is_the_latest_and_stays_as_it_was_written()
    {
        await using var rack = await Rack.Of(("one", ["llama3:latest", "qwen3:8b"]));

        Assert.Equal(["one/llama3"], Routes(rack, "llama3"));
        Assert.Empty(Routes(rack, "qwen3"));
    }

    [Fact]
    public async Task Models_that_the_owner_does_not_allow_are_not_there()
    {
        await using var rack = await Rack.Of();
        rack.Put(rack.Entry("one", "good-1", "bad-1") with { Models = ["good-*"] });
        await rack.Registry.FirstLook.OrHang();

        Assert.Equal(["one/good-1"], Routes(rack, "good-1"));
        Assert.Empty(Routes(rack, "bad-1"));
    }

    [Fact]
    public async Task Fallbacks_follow_in_their_order_by_model_or_at_one_server()
    {
        await using var rack = await Rack.Of();
        rack.Put([rack.Entry("one", "m", "small"), rack.Entry("two", "small", "a/b")], new() { ["big"] = ["small", "two/small", "two/a/b", "a/b", "three/x"] });
        await rack.Registry.FirstLook.OrHang();

        Assert.Equal(
            ["big:", "small:one/small,two/small", "two/small:two/small", "two/a/b:two/a/b", "a/b:two/a/b", "three/x:"],
            RouteFinder.Find(rack.Registry.Current, "big").Select(tier => $"{tier.Name}:{string.Join(',', tier.Routes.Select(route => $"{route.Server.Name}/{route.Model}"))}"));
        Assert.True(RouteFinder.Knows(rack.Registry.Current, "big"));
        Assert.False(RouteFinder.Knows(rack.Registry.Current, "two/small"));
    }

    [Fact]
    public async Task While_no_server_was_ever_seen_any_of_them_may_have_it()
    {
        await using var rack = await Rack.Of();
        rack.Put(Rack.Dead("one"), Rack.Dead("two") with { Models = ["only"] });
        await rack.Registry.FirstLook.OrHang();
        Assert.Equal(["one/m"], Routes(rack, "m"));
        Assert.Equal(["two/only"], Routes(rack, "only"));

        rack.Put(Rack.Dead("one"), rack.Entry("three", "x"));
        await rack.Registry.FirstLook.OrHang();
        Assert.Empty(Routes(rack, "m"));
    }

    private static IEnumerable<string> Routes(Rack rack, string model) => RouteFinder.Find(rack.Registry.Current, model)[0].Routes.Select(static route => $"{route.Server.Name}/{route.Model}");
}
