using System.Security.Claims;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Live;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Tests.Portal.Live;

/// <summary>How many pages may be connected, and that a server that stops has none.</summary>
public sealed class LiveConnectionsTests
{
    private static readonly UserRecord s_user = UsersFile.Parse("users:\n  - gitlab_username: alice\n").Content!.FindUser("alice")!;

    private readonly LiveConnections _connections = new();
    private int _aborted;

    [Fact]
    public void A_login_has_so_many_pages_and_another_its_own()
    {
        for (var at = 0; at < LiveConnections.PerSession; at++)
            Assert.True(_connections.TryAdd(Connection($"a{at}", "a")));

        Assert.False(_connections.HasRoom("a"));
        Assert.False(_connections.TryAdd(Connection("one more", "a")));
        Assert.True(_connections.TryAdd(Connection("b0", "b")));
        _connections.Remove("a3");
        Assert.True(_connections.TryAdd(Connection("one more", "a")));
    }

    [Fact]
    public void Whoever_dials_again_while_the_server_stops_is_not_let_in()
    {
        Assert.True(_connections.TryAdd(Connection("a0", "a")));

        _connections.Close();

        Assert.Equal(1, _aborted);
        _connections.Remove("a0");
        Assert.False(_connections.HasRoom("a"));
        Assert.False(_connections.TryAdd(Connection("a1", "a")));
    }

    private LiveConnection Connection(string id, string session) => new(id, new Viewer(s_user, session), new ClaimsPrincipal(), () => _aborted++);
}
