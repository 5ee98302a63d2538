using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Usage.Spending;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Hosting.Edge.Keys;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Access;

public sealed class EdgeAccessTests : IAsyncDisposable
{
    private const string Alice = "sk-alice-alice-alice-alice-alice-1";
    private const string Blocked = "sk-blocked-blocked-blocked-blocked";
    private const string Pending = "sk-pending-pending-pending-pending";
    private const string Expired = "sk-expired-expired-expired-expired";

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly AccessFiles _files;
    private readonly EdgeAccess _access;
    private readonly UsageTotals _totals = new();

    public EdgeAccessTests()
    {
        _folder.Write("users.yaml", $"""
            users:
              - gitlab_username: alice
                api_key: {Alice}
              - gitlab_username: bob
                blocked: true
                api_key: {Blocked}
              - gitlab_username: carol
                status: pending
                api_key: {Pending}
              - gitlab_username: dave
                keys:
                  - name: old
                    prefix: sk-expi
                    hash: {ApiKey.Hash(Expired).Format()}
                    expires_at: 2025-11-30T10:00:00Z

            """);
        _files = new AccessFiles(new AccessFilesOptions(_folder.Path, RequestLimits.Default, []), _time, NullLogger<AccessFiles>.Instance);
        Assert.Null(_files.Load());
        _access = With(Budget.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _files.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Authorization", "Bearer " + Alice)]
    [InlineData("authorization", "bearer  " + Alice + " ")]
    [InlineData("x-api-key", Alice)]
    [InlineData("api-key", Alice)]
    public void A_known_key_is_admitted_however_it_is_sent(string header, string value)
    {
        Assert.Null(Admit(header, value, out var user));
        Assert.Equal("alice", user);
    }

    [Theory]
    [InlineData("Authorization", "Bearer " + Blocked, 403, "key_blocked")]
    [InlineData("Authorization", "Bearer " + Pending, 403, "key_blocked")]
    [InlineData("Authorization", "Bearer " + Expired, 403, null)]
    [InlineData("Authorization", "Bearer sk-nobody-nobody-nobody-nobody-no", 401, "invalid_api_key")]
    [InlineData("Authorization", "Bearer short", 401, "invalid_api_key")]
    [InlineData("Authorization", "Basic " + Alice, 401, "invalid_api_key")]
    [InlineData("Authorization", "", 401, "invalid_api_key")]
    [InlineData("x-other", Alice, 401, "invalid_api_key")]
    public void Any_other_is_refused(string header, string value, int status, string? code)
    {
        var error = Admit(header, value, out _);

        Assert.Equal(status, error?.Status);
        if (code is not null)
            Assert.Equal(code, error?.Code);
        Assert.DoesNotContain(value.Split(' ')[^1] is { Length: > 0 } secret ? secret : "\0", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_keys_at_once_are_none()
    {
        var context = Context();
        context.Request.Headers["x-api-key"] = new([Alice, Alice]);

        Assert.NotNull(_access.Admit(context, out var key, out _));
        Assert.Null(key);
    }

    [Fact]
    public void A_guesser_is_refused_before_the_next_key_is_looked_at_and_who_was_known_passes()
    {
        Assert.Null(Admit("x-api-key", Alice, out _));
        for (var guess = 0; guess < 30; guess++)
            Admit("x-api-key", $"sk-guess-guess-guess-guess-guess-{guess}", out _);

        Assert.Equal(429, Admit("x-api-key", Blocked, out _)?.Status);
        Assert.Null(Admit("x-api-key", Alice, out _));
    }

    [Fact]
    public void Who_has_spent_a_budget_gets_no_work_done_but_may_look()
    {
        var access = With(new Budget(100, 0, 0, 0));
        _totals.Add("alice", new DateTimeOffset(2025, 11, 30, 0, 0, 0, TimeSpan.Zero), 100, 0);
        var context = Context();
        context.Request.Headers["x-api-key"] = Alice;

        var refusal = access.Admit(context, out var key, out _);

        Assert.Equal((429, "insufficient_quota", false, TimeSpan.FromHours(14)), (refusal!.Status, refusal.Code, refusal.ShouldRetry, refusal.RetryAfter));
        Assert.Equal("alice", key!.User);
        Assert.Null(((IEdgeAccess)access).Admit(context, out var caller));
        Assert.Equal("alice", caller!.User);
    }

    private static DefaultHttpContext Context() => new() { Connection = { RemoteIpAddress = IPAddress.Parse("192.0.2.7") } };

    private EdgeAccess With(Budget budget) =>
        new(new EdgeDirectory(_files, new BrokerOptions()), new FailedKeyThrottle(_time), new BudgetGate(new UserBudgets(_files, _ => budget), _totals, _time), _time);

    private ApiError? Admit(string header, string value, out string? user)
    {
        var context = Context();
        context.Request.Headers[header] = value;
        var error = _access.Admit(context, out var key, out var revision);
        user = key?.User;
        Assert.Equal(_files.Users.Revision, revision);
        return error;
    }
}
