using RemoteLlm.Connector.Access;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Access;

public sealed class RosterHolderTests
{
    private static readonly KeyDigest s_alice = KeyDigest.Of("alice");

    private readonly ManualTime _time = new();
    private readonly RosterHolder _holder;

    public RosterHolderTests() => _holder = new RosterHolder(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_roster_replaces_the_one_before_whatever_its_number()
    {
        Assert.Equal(-1, _holder.Revision);
        _holder.Apply(Roster(7, s_alice));
        Assert.NotNull(_holder.Find(s_alice));

        _holder.Apply(Roster(3));

        Assert.Equal((3, 0), (_holder.Revision, _holder.Count));
        Assert.Null(_holder.Find(s_alice));
    }

    [Fact]
    public void A_fingerprint_that_comes_twice_counts_once()
    {
        _holder.Apply(Roster(1, s_alice, s_alice));

        Assert.Equal(1, _holder.Count);
    }

    [Fact]
    public async Task Who_waits_for_a_revision_is_woken_by_it()
    {
        var waiting = _holder.WaitForAsync(2, TimeSpan.FromSeconds(2), Token).AsTask();

        _holder.Apply(Roster(1));
        Assert.False(waiting.IsCompleted);
        _holder.Apply(Roster(2));

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

    internal static Roster Roster(long revision, params KeyDigest[] keys) =>
        new(revision, [.. keys.Select(key => new RosterEntry("alice", "laptop", key, RequestLimits.Default))]);
}
