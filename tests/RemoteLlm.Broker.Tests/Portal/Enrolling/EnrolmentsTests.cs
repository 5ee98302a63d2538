using System.Net;
using RemoteLlm.Broker.Portal.Enrolling;
using RemoteLlm.Protocol.Enrolment;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Portal.Enrolling;

/// <summary>What waits for an operator's word: bounded, for ten minutes, and good for one token.</summary>
public sealed class EnrolmentsTests
{
    private readonly ManualTime _time = new();
    private readonly Enrolments _enrolments;

    public EnrolmentsTests() => _enrolments = new Enrolments(_time);

    [Fact]
    public void Approved_connector_has_one_token_made_and_its_code_has_no_other_after_that()
    {
        var (one, device) = Begin();
        Assert.Equal(DeviceFlow.AuthorizationPending, Ask(device));

        Assert.NotNull(_enrolments.Decide(one.Code, EnrolmentState.Approved, "other-name", "olga"));
        Assert.Null(_enrolments.Decide(one.Code, EnrolmentState.Denied, "home", "oscar"));
        Assert.True(_enrolments.IsPromised("other-name"));
        Assert.Empty(_enrolments.Pending);

        var poll = _enrolments.Poll(device);
        Assert.Equal((null, "other-name", "olga"), (poll.Error, poll.Approved!.Name, poll.Approved.DecidedBy));
        Assert.Equal(DeviceFlow.AuthorizationPending, Ask(device));
        Assert.True(_enrolments.IsPromised("other-name"));
        _enrolments.Fetched(one.Code);
        Assert.Equal(DeviceFlow.ExpiredToken, Ask(device));
        Assert.False(_enrolments.IsPromised("other-name"));
        Assert.Equal(EnrolmentState.Fetched, _enrolments.Find(one.Code)!.State);
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_has_the_token_made_and_the_others_are_told_to_ask_again()
    {
        for (var round = 0; round < 50; round++)
        {
            var (one, device) = Begin();
            _enrolments.Decide(one.Code, EnrolmentState.Approved, "home", "olga");

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _enrolments.Poll(device)))).OrHang();

            Assert.Single(answers, answer => answer.Approved is not null);
            Assert.Equal(7, answers.Count(answer => answer.Error == DeviceFlow.AuthorizationPending));
        }
    }

    [Fact]
    public void Denied_connector_is_told_so_once()
    {
        var (one, device) = Begin();
        _enrolments.Decide(one.Code, EnrolmentState.Denied, "home", "olga");

        Assert.Equal(DeviceFlow.AccessDenied, Ask(device));
        Assert.Equal(DeviceFlow.ExpiredToken, Ask(device));
    }

    [Fact]
    public void Who_asks_too_often_is_told_to_slow_down_and_then_has_to()
    {
        var (_, device) = Begin();
        Assert.Equal(DeviceFlow.AuthorizationPending, Ask(device));
        Assert.Equal(DeviceFlow.SlowDown, _enrolments.Poll(device).Error);

        // The interval has grown by 5 s, and grows again where nobody heeds that.
        Assert.Equal(DeviceFlow.SlowDown, Ask(device));
        _time.Advance(Enrolments.Interval + DeviceFlow.SlowDownBy + DeviceFlow.SlowDownBy);
        Assert.Equal(DeviceFlow.AuthorizationPending, _enrolments.Poll(device).Error);
    }

    [Fact]
    public void Codes_expire_approved_ones_too()
    {
        var (pending, device) = Begin();
        var (approved, other) = Begin();
        _enrolments.Decide(approved.Code, EnrolmentState.Approved, "home", "olga");

        _time.Advance(Enrolments.Lifetime);

        Assert.Empty(_enrolments.Pending);
        Assert.Null(_enrolments.Find(pending.Code));
        Assert.Null(_enrolments.Decide(pending.Code, EnrolmentState.Approved, "home", "olga"));
        Assert.Equal((DeviceFlow.ExpiredToken, DeviceFlow.ExpiredToken), (Ask(device), Ask(other)));
    }

    [Fact]
    public void Clock_that_is_set_changes_no_codes_life()
    {
        var (one, device) = Begin();

        _time.JumpWallClock(TimeSpan.FromHours(1));
        Assert.Equal(DeviceFlow.AuthorizationPending, Ask(device));
        _time.JumpWallClock(TimeSpan.FromHours(-2));
        Assert.NotNull(_enrolments.Find(one.Code));

        _time.Advance(Enrolments.Lifetime);
        Assert.Null(_enrolments.Find(one.Code));
    }

    [Fact]
    public void Few_wait_of_one_address_and_not_many_in_all()
    {
        for (var i = 0; i < EnrolmentPlaces.MostOfAddress; i++)
            Assert.NotNull(Ask("box" + i, "2001:db8::" + (i + 1)));
        // One subscriber has a whole network.
        Assert.Null(Ask("home", "2001:db8::ffff"));
        // The command that is run again has a new code, and the earlier one is gone.
        Assert.NotNull(Ask("box2", "2001:db8::ffff"));
        Assert.Equal(["box0", "box1", "box3", "box4", "box2"], _enrolments.Pending.Select(one => one.Name));
        for (var i = EnrolmentPlaces.MostOfAddress; i < EnrolmentPlaces.Most; i++)
            Assert.NotNull(Ask("home", $"10.0.{i}.1"));
        // All other networks have one each.
        for (var i = 0; i < 3; i++)
            Assert.NotNull(Ask("home", $"10.1.{i}.1"));
        Assert.Equal(EnrolmentPlaces.Most, _enrolments.Pending.Count);

        _time.Advance(Enrolments.Lifetime);
        Assert.NotNull(Ask("home", "10.0.1.1"));
    }

    [Fact]
    public void Who_has_many_addresses_does_not_have_all_places()
    {
        Assert.NotNull(Ask("first", "192.0.2.1"));
        for (var address = 0; address < 400; address++)
            Ask("spam", $"10.{address % 20}.0.{address % 200}");
        Assert.Equal(EnrolmentPlaces.Most, _enrolments.Pending.Count);

        // The oldest of those who have the most give way, and nobody else.
        for (var i = 0; i < 10; i++)
            Assert.NotNull(Ask("office" + i, $"198.51.{i}.7"));
        Assert.Equal(11, _enrolments.Pending.Count(one => one.Name != "spam"));
        Assert.Equal(EnrolmentPlaces.Most, _enrolments.Pending.Count);
    }

    [Fact]
    public void With_one_of_each_network_whoever_comes_last_waits()
    {
        for (var i = 0; i < EnrolmentPlaces.Most; i++)
            Assert.NotNull(Ask("home", $"10.0.{i}.1"));

        Assert.Null(Ask("home", "10.1.0.1"));
        // What an operator has decided about takes no place.
        _enrolments.Decide(_enrolments.Pending[7].Code, EnrolmentState.Approved, "home", "olga");
        Assert.NotNull(Ask("home", "10.1.0.1"));
    }

    [Fact]
    public void One_whose_name_was_taken_meanwhile_is_decided_anew()
    {
        var (one, device) = Begin();
        _enrolments.Decide(one.Code, EnrolmentState.Approved, "home", "olga");
        Assert.NotNull(_enrolments.Poll(device).Approved);

        _enrolments.Reopen(one.Code, "home is taken");

        Assert.Equal(("home is taken", EnrolmentState.Pending), (_enrolments.Find(one.Code)!.Problem, _enrolments.Find(one.Code)!.State));
        Assert.Equal(DeviceFlow.AuthorizationPending, Ask(device));
        Assert.NotNull(_enrolments.Decide(one.Code, EnrolmentState.Approved, "other", "olga"));
        Assert.Equal("other", _enrolments.Poll(device).Approved?.Name);
    }

    [Theory]
    [InlineData("WDJB-MJHT", "WDJB-MJHT")]
    [InlineData(" wdjbmjht", "WDJB-MJHT")]
    [InlineData("wdjb mj-ht", "WDJB-MJHT")]
    [InlineData("WDJB-MJHA", null)]
    [InlineData("WDJB-MJH", null)]
    [InlineData("WDJB-MJHT1", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("<WDJBMJHT>", null)]
    public void Code_is_read_as_people_type_it(string? typed, string? code) => Assert.Equal(code, UserCode.Read(typed));

    [Fact]
    public void New_codes_can_be_read_and_differ()
    {
        var codes = Enumerable.Range(0, 1000).Select(_ => UserCode.Generate()).ToList();
        Assert.All(codes, code => Assert.Equal(code, UserCode.Read(code)));
        Assert.InRange(codes.Distinct(StringComparer.Ordinal).Count(), 999, 1000);
    }

    private (Enrolment Enrolment, string Device) Begin()
    {
        var begun = _enrolments.Begin("home", "1.0", "box", IPAddress.Loopback, out var device);
        return (begun!, device);
    }

    private Enrolment? Ask(string name, string address) => _enrolments.Begin(name, "", "", IPAddress.Parse(address), out _);

    // In good time.
    private string? Ask(string device)
    {
        _time.Advance(Enrolments.Interval);
        return _enrolments.Poll(device).Error;
    }
}
