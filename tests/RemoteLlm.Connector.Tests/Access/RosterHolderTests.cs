using System.Diagnostics;
using RemoteLlm.Connector.Access;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Access;

public sealed class RosterHolderTests
{
    private static readonly KeyDigest s_alice = KeyDigest.Of("alice");

    private readonly ManualTime _time = new();
    private readonly RosterHolder _holder;
    private readonly List<RosterChange> _changes = [];

    public RosterHolderTests()
    {
        _holder = new RosterHolder(_time);
        _holder.Applied += _changes.Add;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_roster_replaces_the_one_before_whatever_its_number()
    {
        Assert.Equal(-1, _holder.Revision);
        Assert.True(_holder.Apply(Roster(7, s_alice)));
        Assert.NotNull(_holder.Find(s_alice));

        Assert.True(_holder.Apply(Roster(3)));

        Assert.Equal((3, 0), (_holder.Revision, _holder.Count));
        Assert.Null(_holder.Find(s_alice));
        Assert.Equal(["alice"], _changes[1].Gone);
    }

    [Fact]
    public void A_fingerprint_that_comes_twice_counts_once()
    {
        _holder.Apply(Roster(1, s_alice, s_alice));

        Assert.Equal(1, _holder.Count);
    }

    [Fact]
    public void Changes_are_made_to_the_revision_that_they_are_meant_for_and_to_no_other()
    {
        var changes = Changes(2, since: 1, User("alice", "a2"));
        Assert.False(_holder.Apply(changes));
        Assert.True(_holder.Apply(Whole(1, User("alice", "a1"), User("bob", "b1", "b2"))));

        Assert.True(_holder.Apply(changes));
        Assert.False(_holder.Apply(changes));
        Assert.False(_holder.Apply(Changes(9, since: 8)));

        Assert.Equal((2, 3), (_holder.Revision, _holder.Count));
        Assert.Null(_holder.Find(KeyDigest.Of("a1")));
        Assert.Equal("alice", _holder.Find(KeyDigest.Of("a2"))?.User);
        Assert.Equal("bob", _holder.Find(KeyDigest.Of("b2"))?.User);
        Assert.Equal(2, _changes.Count);
        Assert.Equal(["alice"], _changes[1].Changed);
        Assert.Empty(_changes[1].Gone);
        Assert.Equal(["alice", "bob"], _changes[1].Roster.Users.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Who_is_gone_is_gone_with_all_keys_and_an_unknown_name_says_nothing()
    {
        _holder.Apply(Whole(1, User("alice", "a1"), User("bob", "b1", "b2")));

        _holder.Apply(Changes(2, since: 1) with { Gone = ["bob", "carol"] });

        Assert.Equal(1, _holder.Count);
        Assert.Null(_holder.Current.OfUser("bob"));
        Assert.Equal(["bob"], _changes[1].Gone);
    }

    [Fact]
    public void A_key_that_passes_from_one_user_to_another_is_the_others()
    {
        _holder.Apply(Whole(1, User("alice", "k"), User("bob")));

        _holder.Apply(Changes(2, since: 1, User("bob", "k"), User("alice")));

        Assert.Equal("bob", _holder.Find(KeyDigest.Of("k"))?.User);
        Assert.Empty(_holder.Current.OfUser("alice")!);
    }

    [Fact]
    public void What_was_forgotten_stays_in_force_and_takes_only_a_whole_roster()
    {
        _holder.Apply(Whole(1, User("alice", "a1"), User("bob", "b1")));

        _holder.Forget();

        Assert.Equal((-1, 2), (_holder.Revision, _holder.Count));
        Assert.False(_holder.Apply(Changes(2, since: 1)));
        Assert.True(_holder.Apply(Whole(2, User("alice", "a1"))));
        Assert.Equal(["bob"], _changes[1].Gone);
    }

    // Every state between is one that a broker sent, so a reader finds either all of a change or nothing of it.
    [Fact]
    public void Any_sequence_of_changes_ends_like_the_whole_roster_of_its_end()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        var users = new Dictionary<string, RosterUser>(StringComparer.Ordinal);
        _holder.Apply(Whole(0));
        for (var revision = 1; revision <= 200; revision++)
        {
            var names = Enumerable.Range(0, 20).Select(i => $"u{i}").Where(_ => random.Next(4) == 0).ToList();
            var changed = names.Where(_ => random.Next(3) > 0).Select(name => User(name, [.. Enumerable.Range(0, random.Next(3)).Select(k => $"{name}/{revision}/{k}")])).ToList();
            var gone = names.Except(changed.Select(user => user.Name), StringComparer.Ordinal).ToList();
            changed.ForEach(user => users[user.Name] = user);
            gone.ForEach(name => users.Remove(name));

            Assert.True(_holder.Apply(Changes(revision, since: revision - 1, [.. changed]) with { Gone = gone }));

            Assert.Equal(users.Keys.Order(StringComparer.Ordinal), _holder.Current.Users.Order(StringComparer.Ordinal));
            var keys = users.Values.SelectMany(user => user.Keys).Select(key => key.Fingerprint).ToList();
            Assert.Equal(keys.Count, _holder.Count);
            Assert.All(keys, key => Assert.NotNull(_holder.Find(key)));
        }
    }

    [Fact]
    public void A_change_of_one_user_among_ten_thousand_is_made_at_once()
    {
        _holder.Apply(Whole(1, [.. Enumerable.Range(0, 10_000).Select(i => User($"u{i}", $"u{i}"))]));
        _holder.Apply(Changes(2, since: 1, User("u5", "u5")));

        // A hundred of them may take a second, on a machine that has other things to do: 10 ms each; measured: 0.3 ms.
        var started = Stopwatch.GetTimestamp();
        for (var revision = 3; revision <= 102; revision++)
            Assert.True(_holder.Apply(Changes(revision, since: revision - 1, User("u5", "u5"))));

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1), $"{Stopwatch.GetElapsedTime(started)}");
    }

    [Fact]
    public async Task Who_waits_for_a_revision_is_woken_by_it()
    {
        var waiting = _holder.WaitForAsync(2, TimeSpan.FromSeconds(2), Token).AsTask();

        _holder.Apply(Roster(1));
        Assert.False(waiting.IsCompleted);
        _holder.Apply(Changes(2, since: 1));

        await waiting.OrHang();
    }

    [Fact]
    public async Task A_wait_ends_with_its_time_however_many_rosters_come()
    {
        var waiting = _holder.WaitForAsync(9, TimeSpan.FromSeconds(2), Token).AsTask();
        await _time.UntilArmed();
        _time.Advance(TimeSpan.FromSeconds(1.5));
        _holder.Apply(Roster(1));
        // The wait goes on with what is left of its time.
        while (_time.ArmedTimers == 0)
            await Task.Yield();

        _time.Advance(TimeSpan.FromSeconds(0.5));

        await waiting.OrHang();
        Assert.Equal(1, _holder.Revision);
    }

    [Fact]
    public async Task A_wait_for_what_is_there_does_not_wait()
    {
        _holder.Apply(Roster(5));

        await _holder.WaitForAsync(5, TimeSpan.FromSeconds(2), Token);
        using var gone = new CancellationTokenSource();
        var waiting = _holder.WaitForAsync(6, TimeSpan.FromSeconds(2), gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.OrHang());
    }

    private static RosterPush Roster(long revision, params KeyDigest[] keys) =>
        new Roster(revision, [.. keys.Select(key => new RosterEntry("alice", "laptop", key, RequestLimits.Default))]).ToPush();

    private static RosterPush Whole(long revision, params RosterUser[] users) => new(revision, null, [new RosterTerms(RequestLimits.Default)], users, []);

    private static RosterPush Changes(long revision, long since, params RosterUser[] users) => Whole(revision, users) with { Since = since };

    private static RosterUser User(string name, params string[] keys) => new(name, 0, [.. keys.Select(key => new RosterKey(key, KeyDigest.Of(key)))]);
}
