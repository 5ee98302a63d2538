using RemoteLlm.Broker.Connectors;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;
using RemoteLlm.Tunnel.Channels;

namespace RemoteLlm.Broker.Tests.Connectors;

public sealed class ConnectorSessionsTests : IAsyncDisposable
{
    private const string OneUser = "users:\n  - gitlab_username: alice\n    api_key: sk-any-text-of-32-characters-or-more\n";

    private readonly SessionStage _stage = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_session_gets_traffic_once_its_roster_is_acknowledged_and_a_channel_is_up()
    {
        var session = _stage.Open("c1");
        Assert.False(session.Routable);

        await _stage.Sessions.AcknowledgeAsync("c1", long.MaxValue);
        Assert.False(session.Routable);
        var (channel, carrying) = await _stage.ConnectAsync(session);
        Assert.True(session.Routable);

        await channel.Channel.CloseAsync(CloseReason.Normal, "").OrHang();
        await carrying.OrHang();
        Assert.False(session.Routable);
    }

    [Fact]
    public async Task What_changed_before_the_grant_was_acknowledged_is_sent_then()
    {
        var granted = _stage.Ask("c1").Grant!;
        await _stage.ChangeUsersAsync(OneUser);

        await _stage.Sessions.AcknowledgeAsync("c1", granted.Roster.Revision);

        Assert.Equal(["changes 1"], _stage.Connector("c1").Said);
        Assert.Equal(granted.Roster.Revision, _stage.Connector("c1").Rosters[0].Since);
        await _stage.Sessions.AcknowledgeAsync("c1", _stage.Files.Users.Revision);
        Assert.Equal(["changes 1"], _stage.Connector("c1").Said);
    }

    [Fact]
    public async Task One_roster_is_under_way_at_a_time_and_what_changes_meanwhile_travels_as_one()
    {
        var stuck = new TaskCompletionSource();
        _stage.Connector("c1").Reads = stuck.Task;
        var (first, second) = (await OpenWithRosterAsync("c1", "stuck"), await OpenWithRosterAsync("c2", "well"));

        for (var change = 0; change < 5; change++)
        {
            await _stage.ChangeUsersAsync(OneUser.Replace("alice", $"u{change}", StringComparison.Ordinal));
            _stage.Sessions.PushRoster(first);
            _stage.Sessions.PushRoster(second);
            await _stage.Sessions.AcknowledgeAsync("c2", _stage.Files.Users.Revision);
        }

        Assert.Equal(["changes 1"], _stage.Connector("c1").Said);
        Assert.Equal(5, _stage.Connector("c2").Said.Count);
        stuck.SetResult();
        await _stage.Sessions.AcknowledgeAsync("c1", _stage.Connector("c1").Rosters[0].Revision);
        Assert.Equal(["changes 1", "changes 1"], _stage.Connector("c1").Said);
        Assert.Equal(["u0"], _stage.Connector("c1").Rosters[1].Gone.Where(name => name == "u0"));
        Assert.False(_stage.Connector("c1").Aborted);
    }

    [Fact]
    public void A_change_that_falls_between_an_acknowledgement_and_its_reckoning_is_not_forgotten()
    {
        var delivery = new RosterDelivery(new ControlLine("c1", () => { }));
        _ = delivery.Sending(new RosterPush(7, null, [], [], []));

        // The publisher finds the grant still under way; the acknowledgement was reckoned with the revision of before.
        Assert.False(delivery.TryBegin());

        Assert.Equal(RosterAnswer.Send, delivery.Acknowledge(7, newest: 7));
    }

    [Fact]
    public async Task A_connector_that_cannot_apply_changes_gets_a_whole_roster()
    {
        var session = await OpenWithRosterAsync("c1", "home");
        await _stage.ChangeUsersAsync(OneUser);
        _stage.Sessions.PushRoster(session);

        await _stage.Sessions.AcknowledgeAsync("c1", -1);

        Assert.Equal(["changes 1", "roster 1"], _stage.Connector("c1").Said);
        Assert.True(session.AcknowledgedRevision >= 0);
        await _stage.Sessions.AcknowledgeAsync("c1", _stage.Files.Users.Revision);
        Assert.Equal(2, _stage.Connector("c1").Said.Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    public async Task A_connector_that_can_apply_nothing_is_not_sent_the_same_again_and_again(long answer)
    {
        var session = _stage.Open("c1");
        for (var i = 0; i < 10; i++)
            await _stage.Sessions.AcknowledgeAsync("c1", answer);
        Assert.Empty(_stage.Connector("c1").Said);

        await _stage.ChangeUsersAsync(OneUser);
        _stage.Sessions.PushRoster(session);
        for (var i = 0; i < 10; i++)
            await _stage.Sessions.AcknowledgeAsync("c1", answer);

        Assert.Equal(["roster 1"], _stage.Connector("c1").Said);
    }

    [Fact]
    public async Task Who_comes_back_is_told_what_has_changed_since_and_a_stranger_everything()
    {
        await _stage.ChangeUsersAsync(OneUser + OneUser.Replace("users:\n", "", StringComparison.Ordinal).Replace("alice", "bob", StringComparison.Ordinal).Replace("sk-", "sk-b", StringComparison.Ordinal));
        var granted = _stage.Ask("c1").Grant!;
        Assert.Equal((null, 2), (granted.Roster.Since, granted.Roster.Users.Count));
        await _stage.ConnectAsync(_stage.Registry.Find(granted.Session)!);
        await _stage.Sessions.AcknowledgeAsync("c1", granted.Roster.Revision);
        _stage.Sessions.ControlLost("c1");
        await _stage.ChangeUsersAsync(OneUser);

        var back = _stage.Ask("c2", resume: granted, has: granted.Roster.Revision).Grant!;
        var stranger = _stage.Ask("c3", instance: "two", has: granted.Roster.Revision + 12345).Grant!;

        Assert.True(back.Resumed);
        Assert.Equal((granted.Roster.Revision, 0), (back.Roster.Since, back.Roster.Users.Count));
        Assert.Equal(["bob"], back.Roster.Gone);
        Assert.Equal((null, 1), (stranger.Roster.Since, stranger.Roster.Users.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connector_that_takes_no_roster_for_30_s_is_made_to_dial_anew(bool reads)
    {
        var session = await OpenWithRosterAsync("c1", "home");
        _stage.Connector("c1").Reads = reads ? Task.CompletedTask : new TaskCompletionSource().Task;
        _stage.Sessions.PushRoster(session);
        await _stage.Time.UntilArmed();

        _stage.Time.Advance(TimeSpan.FromSeconds(30));

        while (!_stage.Connector("c1").Aborted)
            await Task.Yield();
    }

    [Fact]
    public async Task A_connector_that_does_not_read_does_not_hold_up_the_stop()
    {
        _stage.Connector("c1").Reads = new TaskCompletionSource().Task;
        _stage.Open("c1", name: "stuck");
        _stage.Open("c2", name: "well");

        var announcing = _stage.Sessions.AnnounceStopAsync(Token);
        Assert.Equal(["drain BrokerStopping"], _stage.Connector("c2").Said);
        await _stage.Time.UntilArmed();
        _stage.Time.Advance(TimeSpan.FromSeconds(2));

        await announcing.OrHang();
    }

    [Fact]
    public async Task The_newest_process_with_a_token_gets_the_traffic_and_the_older_is_told()
    {
        var (older, _, _) = await _stage.OpenReadyAsync("c1", "one");
        var newer = _stage.Open("c2", "two");
        Assert.Equal([older], _stage.Registry.Routable());

        var (_, carrying) = await _stage.ConnectAsync(newer);
        await _stage.Sessions.AcknowledgeAsync("c2", long.MaxValue);

        Assert.False(carrying.IsCompleted);
        Assert.Equal([newer], _stage.Registry.Routable());
        Assert.Equal(["drain Replaced"], _stage.Connector("c1").Said);
        Assert.Equal(1, older.ChannelsUp);
    }

    [Fact]
    public async Task A_process_that_was_replaced_behind_its_back_is_told_when_it_returns()
    {
        var granted = _stage.Ask("c1", "one").Grant!;
        var older = _stage.Registry.Find(granted.Session)!;
        await _stage.ConnectAsync(older);
        await _stage.Sessions.AcknowledgeAsync("c1", long.MaxValue);
        _stage.Sessions.ControlLost("c1");
        await _stage.OpenReadyAsync("c2", "two");
        Assert.Empty(_stage.Connector("c1").Said);

        Assert.True(_stage.Ask("c3", "one", resume: granted).Grant!.Resumed);
        await _stage.Sessions.AcknowledgeAsync("c3", long.MaxValue);

        Assert.Equal(["drain Replaced"], _stage.Connector("c3").Said);
    }

    [Fact]
    public async Task A_process_whose_successor_has_gone_serves_again()
    {
        var granted = _stage.Ask("c1", "one").Grant!;
        var older = _stage.Registry.Find(granted.Session)!;
        await _stage.ConnectAsync(older);
        await _stage.Sessions.AcknowledgeAsync("c1", long.MaxValue);
        _stage.Sessions.ControlLost("c1");
        var (_, channel, carrying) = await _stage.OpenReadyAsync("c2", "two");
        Assert.False(older.Routable);
        _stage.Sessions.ControlLost("c2");
        await channel.Channel.CloseAsync(CloseReason.Normal, "").OrHang();
        await carrying.OrHang();

        _stage.Ask("c3", "one", resume: granted);
        await _stage.Sessions.AcknowledgeAsync("c3", long.MaxValue);

        Assert.Equal([older], _stage.Registry.Routable());
    }

    [Fact]
    public async Task A_process_that_drains_is_not_told_that_it_was_replaced()
    {
        var (older, _, _) = await _stage.OpenReadyAsync("c1", "one");
        _stage.Sessions.Drain("c1");

        await _stage.OpenReadyAsync("c2", "two");

        Assert.Empty(_stage.Connector("c1").Said);
        Assert.False(older.Routable);
    }

    [Fact]
    public async Task A_control_connection_that_returns_in_time_finds_its_session()
    {
        var granted = _stage.Ask("c1").Grant!;
        var session = _stage.Registry.Find(granted.Session)!;
        await _stage.ConnectAsync(session);

        // Lost twice within the grace of the first loss: each loss has a grace of its own.
        _stage.Sessions.ControlLost("c1");
        _stage.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_stage.Ask("c2", resume: granted).Grant!.Resumed);
        _stage.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.NotNull(_stage.Registry.Find(granted.Session));
        _stage.Sessions.ControlLost("c2");
        // Channels see each other's frames again before their patience ends.
        Assert.Equal(1, session.ChannelsUp);
        Assert.Null(session.Control);
        Assert.Equal(2, session.ControlLosses);
    }

    [Fact]
    public async Task A_stranger_does_not_take_a_session_over()
    {
        var granted = _stage.Ask("c1").Grant!;

        Assert.False(_stage.Ask("c2", resume: granted with { Secret = new string('0', 64) }).Grant!.Resumed);
        Assert.False(_stage.Ask("c3", name: "other", resume: granted).Grant!.Resumed);

        Assert.Equal("c1", _stage.Registry.Find(granted.Session)!.Control?.Id);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Sessions_of_one_connector_are_bounded_even_when_many_are_asked_for_at_once()
    {
        for (var control = 0; control < 50; control++)
            _stage.Connector($"c{control}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => Task.Run(() => _stage.Ask($"c{number}"), Token)));

        Assert.Equal(4, answers.Count(answer => answer.Grant is not null));
        Assert.All(answers.Where(answer => answer.Grant is null), answer => Assert.False(answer.Refusal!.Permanent));
    }

    [Fact]
    public void A_request_that_makes_no_sense_is_refused_for_good()
    {
        var line = new ControlLine("c1", () => { });
        SessionRequest good = new(2, 2, "0.1.0", "one", ModelInventory.Empty);
        SessionRequest[] requests =
        [
            good with { MinVersion = 4, MaxVersion = 5 }, good with { MinVersion = 1, MaxVersion = 1 }, good with { Instance = "" }, good with { Instance = new string('x', 65) }, good with { Instance = null! },
            good with { Software = null! }, good with { Software = new string('x', 65) }, good with { Inventory = null! }, good with { Inventory = new ModelInventory(null!) },
        ];

        Assert.All(requests, request => Assert.True(_stage.Sessions.Open(SessionStage.Record("home"), request, line).Refusal is { Permanent: true }));
        Assert.NotNull(_stage.Sessions.Open(SessionStage.Record("home"), good, line).Grant);
        Assert.NotNull(_stage.Sessions.Open(SessionStage.Record("home"), good, line).Refusal);
    }

    [Fact]
    public async Task A_connector_that_was_removed_loses_its_channels_and_those_it_is_dialling()
    {
        var (session, channel, carrying) = await _stage.OpenReadyAsync("c1");

        // The access file knows no connector at all.
        await _stage.Ends.RevokeUnknownAsync().OrHang();

        Assert.Equal(["drain Revoked"], _stage.Connector("c1").Said);
        Assert.Equal(CloseReason.Revoked, (await channel.Channel.Ended.OrHang()).Reason);
        await carrying.OrHang();
        Assert.Equal(CloseReason.SessionEnded, _stage.Place(session, 1, epoch: 1, out _, out _));
        Assert.Empty(_stage.Registry.All);
    }

    [Fact]
    public async Task A_channel_number_belongs_to_the_newest_epoch()
    {
        var (session, first, following) = await _stage.OpenReadyAsync("c1");

        var (second, _) = await _stage.ConnectAsync(session, epoch: 2);

        Assert.Equal(CloseReason.Replaced, (await first.Channel.Ended.OrHang()).Reason);
        await following.OrHang();
        Assert.Same(second.Client, session.PickChannel());
        Assert.Equal(CloseReason.TooManyChannels, _stage.Place(session, 2, epoch: 1, out _, out _));
        // A dial that was held up on its way does not take the place of a newer one.
        Assert.Equal(CloseReason.ChannelEnded, _stage.Place(session, 0, epoch: 1, out _, out _));
    }

    [Fact]
    public async Task A_channel_is_found_again_while_it_lives_and_not_after()
    {
        var (session, first, following) = await _stage.OpenReadyAsync("c1");

        Assert.Null(_stage.Place(session, 0, epoch: 1, out var found, out var replaced, received: 100));
        Assert.Same(first.Channel, found!.Channel);
        Assert.Null(replaced);

        await first.Channel.CloseAsync(CloseReason.Normal, "").OrHang();
        await following.OrHang();
        Assert.Equal(CloseReason.ChannelEnded, _stage.Place(session, 0, epoch: 1, out _, out _, received: 100));
        // Nor with a new epoch, as long as it wants what is no more.
        Assert.Equal(CloseReason.ChannelEnded, _stage.Place(session, 0, epoch: 2, out _, out _, received: 100));
        Assert.Null(_stage.Place(session, 0, epoch: 2, out _, out _));
    }

    [Fact]
    public async Task A_predecessor_that_is_gone_does_not_keep_its_requests_waiting()
    {
        var (older, channel, following) = await _stage.OpenReadyAsync("c1", "one");
        await _stage.CutLinesAsync(channel.Channel);
        _stage.Sessions.ControlLost("c1");
        Assert.Contains(older, _stage.Registry.All);
        await _stage.OpenReadyAsync("c2", "two");

        _stage.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(CloseReason.SessionEnded, (await channel.Channel.Ended.OrHang()).Reason);
        await following.OrHang();
        Assert.DoesNotContain(older, _stage.Registry.All);
    }

    [Fact]
    public void A_connector_that_restarts_often_is_not_kept_out_by_sessions_that_it_has_left()
    {
        for (var restart = 0; restart < 10; restart++)
        {
            var session = _stage.Open($"c{restart}", $"process {restart}");
            Assert.Null(_stage.Place(session, 0, epoch: 1, out _, out _));
            _stage.Sessions.ControlLost($"c{restart}");
        }

        Assert.InRange(_stage.Registry.All.Length, 1, 4);
    }

    [Fact]
    public void A_control_connection_whose_successor_has_come_is_ended()
    {
        var granted = _stage.Ask("c1").Grant!;

        _stage.Ask("c2", resume: granted);

        Assert.True(_stage.Connector("c1").Aborted);
        Assert.False(_stage.Connector("c2").Aborted);
    }

    [Fact]
    public async Task A_control_connection_that_stays_away_stops_new_requests_and_nothing_that_runs()
    {
        var (session, channel, following) = await _stage.OpenReadyAsync("c1");
        var grant = session.Grant(2, resumed: true, Protocol.Access.Roster.Empty.ToPush());
        _stage.Sessions.ControlLost("c1");

        _stage.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.False(session.Routable);
        Assert.True(channel.Channel.LineUp);
        Assert.Contains(session, _stage.Registry.All);
        Assert.True(_stage.Ask("c2", resume: grant).Grant!.Resumed);
        Assert.True(session.Routable);
        _stage.Sessions.ControlLost("c2");
        await channel.Channel.CloseAsync(CloseReason.Normal, "").OrHang();
        await following.OrHang();
        Assert.Empty(_stage.Registry.All);
    }

    [Fact]
    public void A_late_farewell_of_a_control_connection_does_not_touch_its_successor()
    {
        var granted = _stage.Ask("c1").Grant!;
        var session = _stage.Registry.Find(granted.Session)!;
        _stage.Ask("c2", resume: granted);

        Assert.False(session.ControlDown("c1", now: 0));

        Assert.Equal("c2", session.Control?.Id);
        Assert.Equal(0, session.ControlLosses);
    }

    private async Task<ConnectorSession> OpenWithRosterAsync(string control, string name)
    {
        var session = _stage.Open(control, name: name);
        await _stage.Sessions.AcknowledgeAsync(control, _stage.Files.Users.Revision);
        return session;
    }
}
