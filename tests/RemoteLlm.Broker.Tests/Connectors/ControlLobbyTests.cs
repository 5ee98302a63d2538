using RemoteLlm.Broker.Connectors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.Connectors;

public sealed class ControlLobbyTests
{
    private static readonly KeyDigest s_token = KeyDigest.Of("home");

    private readonly ManualTime _time = new();
    private int _ended;

    [Fact]
    public void Who_opens_no_session_in_time_is_ended_once()
    {
        using var visit = new ControlLobby(_time).Enter(s_token, () => _ended++);

        _time.Advance(ControlLobby.Longest - TimeSpan.FromTicks(1));
        Assert.Equal(0, _ended);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _ended);
    }

    [Fact]
    public void Who_has_a_session_stays()
    {
        var lobby = new ControlLobby(_time);
        lobby.Enter(s_token, () => _ended++)!.Dispose();

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((0, 0), (_ended, _time.ArmedTimers));
    }

    [Fact]
    public void Few_of_one_token_wait_and_others_are_not_held_up()
    {
        var lobby = new ControlLobby(_time);
        var waiting = Enumerable.Range(0, ControlLobby.PerToken).Select(_ => lobby.Enter(s_token, () => { })).ToList();
        Assert.DoesNotContain(null, waiting);

        Assert.Null(lobby.Enter(s_token, () => { }));
        Assert.NotNull(lobby.Enter(KeyDigest.Of("office"), () => { }));
        waiting[3]!.Dispose();
        waiting[3]!.Dispose();
        Assert.NotNull(lobby.Enter(s_token, () => { }));
        Assert.Null(lobby.Enter(s_token, () => { }));
    }

    [Fact]
    public void Who_overstayed_counts_until_the_connection_has_really_ended()
    {
        var lobby = new ControlLobby(_time);
        var waiting = Enumerable.Range(0, ControlLobby.PerToken).Select(_ => lobby.Enter(s_token, () => _ended++)!).ToList();
        _time.Advance(ControlLobby.Longest);
        Assert.Equal(ControlLobby.PerToken, _ended);

        Assert.Null(lobby.Enter(s_token, () => { }));
        waiting.ForEach(visit => visit.Dispose());
        Assert.NotNull(lobby.Enter(s_token, () => { }));
    }
}
