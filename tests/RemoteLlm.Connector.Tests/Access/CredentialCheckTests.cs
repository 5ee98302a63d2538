using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Access;

public sealed class CredentialCheckTests
{
    private static readonly byte[] s_credential = DerivedCredential.Derive(ApiKey.Hash("sk-any-text-of-32-characters-or-more"), "home");

    private readonly ManualTime _time = new();
    private readonly RosterHolder _roster;
    private readonly CredentialCheck _check;
    private readonly HttpRequest _request = new DefaultHttpContext().Request;

    public CredentialCheckTests()
    {
        _roster = new RosterHolder(_time);
        _check = new CredentialCheck(_roster, new LocalAccess([], _time));
        _request.Headers[TunnelHeaders.Credential] = DerivedCredential.Format(s_credential);
        _request.Headers[TunnelHeaders.RosterRevision] = "2";
    }

    [Fact]
    public async Task A_credential_on_the_roster_is_admitted()
    {
        _roster.Apply(Roster(2));

        var (entry, error) = await CheckAsync().OrHang();

        Assert.Null(error);
        Assert.Equal("alice", entry?.User);
    }

    [Fact]
    public async Task A_connector_that_is_behind_waits_for_the_roster_that_the_edge_judged_by()
    {
        _roster.Apply(Roster(1, listed: false));
        var checking = CheckAsync();
        Assert.False(checking.IsCompleted);

        _roster.Apply(Roster(2));

        Assert.Null((await checking.OrHang()).Error);
    }

    [Fact]
    public async Task A_key_that_was_blocked_meanwhile_is_not_served_from_the_older_roster()
    {
        _roster.Apply(Roster(1));
        var checking = CheckAsync();
        Assert.False(checking.IsCompleted);

        _roster.Apply(Roster(2, blocked: true));

        Assert.Equal("key_blocked", (await checking.OrHang()).Error?.Code);
    }

    [Fact]
    public async Task The_wait_is_2_s_and_then_the_key_is_refused()
    {
        _roster.Apply(Roster(1, listed: false));
        var checking = CheckAsync();
        await _time.UntilArmed();

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(401, (await checking.OrHang()).Error?.Status);
    }

    [Fact]
    public async Task A_key_that_has_expired_is_refused_by_our_own_clock()
    {
        _roster.Apply(Roster(2, expires: _time.GetUtcNow().AddMinutes(1)));
        Assert.Null((await CheckAsync().OrHang()).Error);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(ApiErrors.KeyExpired(_time.GetUtcNow()).Code, (await CheckAsync().OrHang()).Error?.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("sk-any-text-of-32-characters-or-more")]
    [InlineData("ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    public async Task What_is_no_credential_is_refused_without_waiting(string text)
    {
        _roster.Apply(Roster(1));
        _request.Headers[TunnelHeaders.Credential] = text;

        Assert.Equal(401, (await CheckAsync().OrHang()).Error?.Status);
    }

    [Fact]
    public async Task Two_credentials_or_none_are_refused_and_a_raw_key_is_no_substitute()
    {
        _roster.Apply(Roster(2));
        _request.Headers[TunnelHeaders.Credential] = new([DerivedCredential.Format(s_credential), DerivedCredential.Format(s_credential)]);
        Assert.Equal(401, (await CheckAsync().OrHang()).Error?.Status);

        _request.Headers.Remove(TunnelHeaders.Credential);
        _request.Headers.Authorization = "Bearer sk-any-text-of-32-characters-or-more";
        Assert.Equal(401, (await CheckAsync().OrHang()).Error?.Status);
    }

    private static RosterPush Roster(long revision, bool listed = true, bool blocked = false, DateTimeOffset? expires = null) => new Roster(
        revision, listed ? [new RosterEntry("alice", "laptop", DerivedCredential.Fingerprint(s_credential), RequestLimits.Default, null, blocked, expires)] : []).ToPush();

    private Task<(RosterEntry? Entry, ApiError? Error)> CheckAsync() => _check.CheckAsync(_request, TestContext.Current.CancellationToken).AsTask();
}
