using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Forwarding;

namespace RemoteLlm.Connector.Tests.Access;

public sealed class RunningCallersTests : IDisposable
{
    private static readonly RosterEntry s_alice = new("alice", "laptop", ApiKey.Hash("sk-1"), RequestLimits.None);
    private static readonly RosterEntry s_bob = new("bob", "laptop", ApiKey.Hash("sk-2"), RequestLimits.None);

    private readonly ManualTime _time = new();
    private readonly RosterHolder _roster;
    private readonly LocalAccess _local;
    private readonly ActivityClock _clock;

    public RunningCallersTests()
    {
        _roster = new RosterHolder(_time);
        _local = new LocalAccess([], _time);
        _clock = new ActivityClock(_time, TestContext.Current.CancellationToken);
        _roster.Apply(new Roster(1, [s_alice, s_bob]).ToPush());
    }

    public void Dispose()
    {
        _clock.Dispose();
        _local.Dispose();
    }

    [Theory]
    [InlineData("blocked", true)]
    [InlineData("gone", true)]
    [InlineData("expired", false)]
    [InlineData("lower limits", false)]
    [InlineData("another", false)]
    public void A_request_ends_when_its_key_is_blocked_or_gone_and_for_nothing_else(string change, bool ends)
    {
        using var callers = Callers();
        using var watched = callers.Watch(s_alice, _clock);

        _roster.Apply(new Roster(2, change switch
        {
            "blocked" => [s_alice with { Blocked = true }, s_bob],
            "gone" => [s_bob],
            "expired" => [s_alice with { ExpiresAt = DateTimeOffset.UnixEpoch }, s_bob],
            "lower limits" => [s_alice with { Limits = new RequestLimits(1, 1) }, s_bob],
            _ => [s_alice, s_bob with { Blocked = true }],
        }).ToPush());

        Assert.Equal(ends, _clock.Withdrawn);
        Assert.Equal(ends, _clock.Token.IsCancellationRequested);
    }

    [Fact]
    public void What_changed_before_it_was_watched_counts_too()
    {
        using var callers = Callers();
        _roster.Apply(new Roster(2, [s_bob]).ToPush());

        using var watched = callers.Watch(s_alice, _clock);

        Assert.True(_clock.Withdrawn);
    }

    [Fact]
    public void A_request_that_is_over_is_not_watched_any_more()
    {
        using var callers = Callers();
        callers.Watch(s_alice, _clock)!.Dispose();
        Assert.Equal(0, callers.Count);

        _roster.Apply(new Roster(2, []).ToPush());

        Assert.False(_clock.Withdrawn);
    }

    [Fact]
    public void The_owners_own_keys_are_on_no_roster_and_are_not_watched()
    {
        using var callers = Callers();

        Assert.Null(callers.Watch(s_alice with { Fingerprint = ApiKey.Hash("sk-own"), IsLocal = true }, _clock));
        Assert.False(_clock.Withdrawn);
    }

    [Fact]
    public void By_the_setting_running_requests_finish()
    {
        using var callers = Callers(endBlocked: false);

        Assert.Null(callers.Watch(s_alice, _clock));
        _roster.Apply(new Roster(2, []).ToPush());

        Assert.False(_clock.Withdrawn);
    }

    private RunningCallers Callers(bool endBlocked = true) =>
        new(_roster, _local, new ConnectorOptions { Llm = new LlmServerOptions { Url = "" }, EndBlocked = endBlocked });
}
