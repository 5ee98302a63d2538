using System.Net;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Connectors;

public sealed class DialThrottleTests
{
    private static readonly IPAddress s_office = IPAddress.Parse("203.0.113.7");

    private readonly ManualTime _time = new();

    [Fact]
    public void Five_hundred_connectors_behind_one_address_are_back_at_once_after_a_restart()
    {
        var throttle = new DialThrottle(new ConnectorOptions(), _time);

        // Control connection and two channels each, and the first attempt of every one fails.
        for (var dial = 0; dial < 500 * 3 * 2; dial++)
            Assert.Null(throttle.Refuse(s_office));
    }

    [Fact]
    public void Two_thousand_behind_one_address_are_back_within_a_minute()
    {
        var throttle = new DialThrottle(new ConnectorOptions(), _time);
        var left = 2_000 * 3;
        for (; left > 0; _time.Advance(TimeSpan.FromSeconds(1)))
        {
            // Every one that was refused comes back after the second that it was told.
            for (var dial = left; dial > 0; dial--)
            {
                if (throttle.Refuse(s_office) is not { } wait)
                    left--;
                else
                    Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
            }
        }

        Assert.InRange(_time.GetElapsedTime(0), TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void A_flood_is_held_to_the_rate_and_hurts_no_other_address()
    {
        var throttle = new DialThrottle(new ConnectorOptions { DialsPerAddressPerMinute = 60 }, _time);

        Assert.Equal(30, Passing(() => throttle.Refuse(s_office), 10_000));
        Assert.Null(throttle.Refuse(IPAddress.Parse("203.0.113.8")));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(10, Passing(() => throttle.Refuse(s_office), 10_000));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    public void One_subscriber_is_one_address(string first, string second, bool same)
    {
        var throttle = new DialThrottle(new ConnectorOptions { DialsPerAddressPerMinute = 10 }, _time);
        Passing(() => throttle.Refuse(IPAddress.Parse(first)), 10);

        Assert.Equal(same, throttle.Refuse(IPAddress.Parse(second)) is not null);
    }

    [Fact]
    public void Bad_tokens_have_a_narrow_cap_of_their_own()
    {
        var throttle = new DialThrottle(new ConnectorOptions(), _time);

        Assert.Equal(DialThrottle.Failures, Passing(() => throttle.CountFailure(s_office), 1_000));
        Assert.Null(throttle.Refuse(s_office));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(5, Passing(() => throttle.CountFailure(s_office), 1_000));
    }

    [Fact]
    public void Memory_is_bounded_and_many_addresses_lock_nobody_out()
    {
        var throttle = new DialThrottle(new ConnectorOptions { DialsPerAddressPerMinute = 10 }, _time);

        for (uint address = 0; address < 120_000; address++)
            Assert.Null(throttle.Refuse(new IPAddress(address)));
    }

    private static int Passing(Func<TimeSpan?> dial, int times) => Enumerable.Range(0, times).Count(_ => dial() is null);
}
