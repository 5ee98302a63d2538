using System.Net;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Hosting.Tests.Edge.Keys;

public sealed class FailedKeyThrottleTests
{
    private static readonly IPAddress s_office = IPAddress.Parse("192.0.2.7");
    private static readonly KeyDigest s_good = KeyDigest.Of("good");
    private static readonly KeyDigest s_unknown = KeyDigest.Of("unknown");

    private readonly ManualTime _time = new();
    private readonly FailedKeyThrottle _throttle;

    public FailedKeyThrottleTests() => _throttle = new FailedKeyThrottle(_time);

    [Fact]
    public void An_address_is_refused_after_twenty_failures_and_forgiven_with_time()
    {
        for (var failure = 0; failure < 20; failure++)
        {
            Assert.Null(_throttle.Refuse(s_office, s_unknown));
            Assert.Null(_throttle.Count(s_office));
        }

        Assert.Equal(429, _throttle.Refuse(s_office, s_unknown)?.Status);
        Assert.Equal(429, _throttle.Count(s_office)?.Status);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(_throttle.Refuse(s_office, s_unknown));
    }

    [Fact]
    public void A_key_that_was_good_from_there_still_passes_and_from_elsewhere_does_not()
    {
        var elsewhere = IPAddress.Parse("192.0.2.8");
        _throttle.Vouch(s_office, s_good);
        Fail(s_office);
        Fail(elsewhere);

        Assert.Null(_throttle.Refuse(s_office, s_good));
        Assert.NotNull(_throttle.Refuse(s_office, s_unknown));
        Assert.NotNull(_throttle.Refuse(elsewhere, s_good));
    }

    [Fact]
    public void One_address_does_not_answer_for_another()
    {
        Fail(s_office);

        Assert.Null(_throttle.Refuse(IPAddress.Parse("192.0.2.8"), s_unknown));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("::ffff:192.0.2.7", "::ffff:192.0.2.8", false)]
    public void Addresses_of_one_subscriber_count_as_one(string first, string second, bool same)
    {
        Fail(IPAddress.Parse(first));

        Assert.Equal(same, _throttle.Refuse(IPAddress.Parse(second), s_unknown) is not null);
    }

    private void Fail(IPAddress address)
    {
        for (var failure = 0; failure < 20; failure++)
            _throttle.Count(address);
    }
}
