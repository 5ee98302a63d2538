using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Limits;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Limits;

public sealed class RequestLimiterTests
{
    private readonly ManualTime _time = new();
    private readonly RosterHolder _roster;
    private readonly RequestLimiter _limiter;

    public RequestLimiterTests()
    {
        _roster = new RosterHolder(_time);
        _limiter = new RequestLimiter(_roster, _time);
    }

    [Fact]
    public void Each_key_has_a_bucket_of_its_own()
    {
        var (alice, bob) = (Entry("alice", 60, 2), Entry("bob", 60, 2));

        Assert.True(_limiter.Take(alice).Allowed);
        Assert.True(_limiter.Take(alice).Allowed);
        Assert.False(_limiter.Take(alice).Allowed);
        Assert.True(_limiter.Take(bob).Allowed);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_limiter.Take(alice).Allowed);
    }

    [Fact]
    public void A_changed_limit_holds_from_the_next_request_on()
    {
        Assert.True(_limiter.Take(Entry("alice", 60, 1)).Allowed);
        Assert.False(_limiter.Take(Entry("alice", 60, 1)).Allowed);

        Assert.True(_limiter.Take(Entry("alice", 60, 5)).Allowed);
        Assert.True(_limiter.Take(Entry("alice", 0, 1)).Allowed);
    }

    [Fact]
    public void A_key_that_leaves_the_roster_leaves_no_bucket()
    {
        var (alice, bob) = (Entry("alice", 60, 1), Entry("bob", 60, 1));
        _limiter.Take(alice);
        _limiter.Take(bob);
        Assert.Equal(2, _limiter.Count);

        _roster.Apply(new Roster(2, [alice]).ToPush());

        Assert.Equal(1, _limiter.Count);
        Assert.False(_limiter.Take(alice).Allowed);
    }

    [Fact]
    public void The_headers_say_what_is_left()
    {
        var entry = Entry("alice", 60, 10);
        var headers = new HeaderDictionary();

        RateLimitHeaders.Write(headers, Dialect.OpenAi, entry.Limits, _limiter.Take(entry), DateTimeOffset.UnixEpoch);

        Assert.Equal("60", headers["x-ratelimit-limit-requests"].ToString());
        Assert.Equal("9", headers["x-ratelimit-remaining-requests"].ToString());
        Assert.Equal("1s", headers["x-ratelimit-reset-requests"].ToString());
    }

    [Fact]
    public void Without_a_limit_there_is_nothing_to_say()
    {
        var entry = Entry("alice", 0, 10);
        var headers = new HeaderDictionary();

        RateLimitHeaders.Write(headers, Dialect.OpenAi, entry.Limits, _limiter.Take(entry), DateTimeOffset.UnixEpoch);

        Assert.Empty(headers);
    }

    [Fact]
    public void Anthropics_clients_get_theirs_beside_the_others_with_a_moment_instead_of_a_wait()
    {
        var entry = Entry("alice", 60, 10);
        var headers = new HeaderDictionary();

        RateLimitHeaders.Write(headers, Dialect.Anthropic, entry.Limits, _limiter.Take(entry), DateTimeOffset.UnixEpoch.AddMilliseconds(1));

        Assert.Equal("9", headers["x-ratelimit-remaining-requests"].ToString());
        Assert.Equal("60", headers["anthropic-ratelimit-requests-limit"].ToString());
        Assert.Equal("9", headers["anthropic-ratelimit-requests-remaining"].ToString());
        // A second until it is full, and never too early.
        Assert.Equal("1970-01-01T00:00:02Z", headers["anthropic-ratelimit-requests-reset"].ToString());
    }

    [Fact]
    public void Tokens_are_taken_by_the_estimate_and_settled_to_what_was_used()
    {
        var entry = new RosterEntry("alice", "laptop", KeyDigest.Of("alice"), new RequestLimits(0, 10) { TokensPerMinute = 6000 });

        Assert.Equal(4000, _limiter.TakeTokens(entry, 2000).Remaining);
        _limiter.SettleTokens(entry, -500);
        Assert.Equal(4000, _limiter.TakeTokens(entry, 500).Remaining);
        // An answer of 9,000 is owed, and paid before the next admission: 5,000 below zero, at 100 a second, and 1,000 for itself.
        _limiter.SettleTokens(entry, 9000);
        var refused = _limiter.TakeTokens(entry, 1000);
        Assert.Equal((false, 0, TimeSpan.FromSeconds(60)), (refused.Allowed, refused.Remaining, refused.Wait));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.True(_limiter.TakeTokens(entry, 1000).Allowed);
    }

    [Fact]
    public void A_prompt_larger_than_the_limit_passes_when_nothing_is_owed()
    {
        var entry = new RosterEntry("alice", "laptop", KeyDigest.Of("alice"), new RequestLimits(0, 10) { TokensPerMinute = 600 });

        Assert.True(_limiter.TakeTokens(entry, 1200).Allowed);
        Assert.Equal(TimeSpan.FromSeconds(60 + 1), _limiter.TakeTokens(entry, 10).Wait);
    }

    [Fact]
    public void A_key_has_no_more_running_than_it_may_and_a_place_is_given_back_once()
    {
        var entry = new RosterEntry("alice", "laptop", KeyDigest.Of("alice"), new RequestLimits(0, 10) { ConcurrentRequests = 2 });
        var first = _limiter.Enter(entry)!;
        Assert.NotNull(_limiter.Enter(entry));
        Assert.Null(_limiter.Enter(entry));

        first.Dispose();
        first.Dispose();

        Assert.NotNull(_limiter.Enter(entry));
        Assert.Null(_limiter.Enter(entry));
        Assert.NotNull(_limiter.Enter(Entry("bob", 60, 10)));
    }

    private static RosterEntry Entry(string user, double perMinute, int burst) => new(user, "laptop", KeyDigest.Of(user), new RequestLimits(perMinute, burst));
}
