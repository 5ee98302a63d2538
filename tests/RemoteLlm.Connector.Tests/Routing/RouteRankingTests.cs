using RemoteLlm.Connector.Routing;

namespace RemoteLlm.Connector.Tests.Routing;

public sealed class RouteRankingTests
{
    private static readonly RouteStanding s_one = new(Priority: 0, Preferred: false, Running: 2, Slots: 4, Seconds: 1, Picked: 5);

    [Fact]
    public void Priority_comes_first_then_the_conversations_server_the_free_share_speed_and_turns()
    {
        RouteStanding[] better =
        [
            new(-1, false, 3, 4, 9, 9),
            s_one with { Preferred = true, Running = 3 },
            s_one with { Running = 3, Slots = 8 },
            s_one with { Seconds = 0.5 },
            s_one with { Seconds = 0 },
            s_one with { Seconds = 1.05, Picked = 4 },
        ];
        Assert.All(better, static standing =>
        {
            Assert.True(standing.Compare(s_one) < 0);
            Assert.True(s_one.Compare(standing) > 0);
        });
    }
}
