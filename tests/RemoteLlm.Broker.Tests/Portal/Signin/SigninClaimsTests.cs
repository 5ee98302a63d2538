using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Tests.Portal.Signin;

/// <summary>A login is of one entry, and of none that takes its place, also where the broker did not see it go.</summary>
public sealed class SigninClaimsTests
{
    private static readonly DateTimeOffset s_made = new(2025, 11, 30, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Login_is_of_the_entry_whatever_is_changed_of_it()
    {
        var login = SigninClaims.New(Entry("alice", 7), "/", s_made);

        Assert.NotNull(SigninClaims.FindUser(login, Users(Entry("alice", 7))));
        Assert.Equal("alice-m", SigninClaims.FindUser(login, Users(Entry("alice-m", 7) with { Role = UserRole.Operator, Blocked = true }))?.Name);
    }

    [Fact]
    public void Entry_that_was_taken_out_and_made_anew_is_another()
    {
        var login = SigninClaims.New(Entry("alice", 7), "/", s_made);

        Assert.Null(SigninClaims.FindUser(login, Users()));
        Assert.Null(SigninClaims.FindUser(login, Users(Entry("alice", 7) with { CreatedAt = s_made.AddSeconds(1) })));
        Assert.Null(SigninClaims.FindUser(login, Users(Entry("alice", 7) with { CreatedAt = null })));
        Assert.Null(SigninClaims.FindUser(login, Users(Entry("alice", 8))));
        Assert.Null(SigninClaims.FindUser(login, Users(Entry("alice", null))));
    }

    [Fact]
    public void Entry_that_has_become_somebodys_at_GitLab_is_another_for_a_login_without()
    {
        var login = SigninClaims.New(Entry("alice", null) with { CreatedAt = null }, "/", s_made);

        Assert.NotNull(SigninClaims.FindUser(login, Users(Entry("Alice", null) with { CreatedAt = null })));
        Assert.Null(SigninClaims.FindUser(login, Users(Entry("alice", 7) with { CreatedAt = null })));
    }

    private static UserRecord Entry(string name, long? id) => new(name, id, UserRole.User, Blocked: false, Pending: false, RequestLimits.None, null, s_made, []);

    private static UserDirectory Users(params UserRecord[] users) => new(users);
}
