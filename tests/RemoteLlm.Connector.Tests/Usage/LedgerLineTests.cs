using RemoteLlm.Connector.Usage;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Tests.Usage;

public sealed class LedgerLineTests
{
    private readonly FakeLedger _ledger = new();
    private readonly LedgerLine _line;

    public LedgerLineTests() => _line = new LedgerLine(_ledger);

    [Fact]
    public void The_whole_of_the_grant_comes_before_what_overtook_it()
    {
        _line.Apply(Update(whole: false, 7));
        Assert.Empty(_ledger.Said);

        _line.Up(_ledger, Update(whole: true, 5));
        _line.Apply(Update(whole: false, 9));

        Assert.Equal(["whole alice=5", "changes alice=7", "changes alice=9"], _ledger.Said);
    }

    [Fact]
    public void What_a_connection_brought_before_its_grant_ends_with_it()
    {
        _line.Apply(Update(whole: false, 7));
        _line.Down();
        _line.Up(_ledger, null);

        Assert.Empty(_ledger.Said);
        Assert.Same(_ledger, _line.Hub);
    }

    [Fact]
    public void Figures_that_make_no_sense_are_not_believed()
    {
        var nonsense = new[]
        {
            null, Update(whole: true, -1), new SpendingUpdate(default, true, null!), new SpendingUpdate(default, true, [null!]),
            new SpendingUpdate(default, true, [new UserSpending(null!, 1, default, 1, 1, 1, 1)]), new SpendingUpdate(default, false, [new UserSpending("alice", 1, default, 1, 1, -0.5m, 1)]),
        };
        foreach (var update in nonsense)
            _line.Up(_ledger, update);
        foreach (var update in nonsense)
            _line.Apply(update);

        Assert.Empty(_ledger.Said);
    }

    [Fact]
    public void Who_waits_for_a_line_hears_of_each_change()
    {
        var changed = _line.Changed;
        _line.Down();
        Assert.False(changed.IsCompleted);
        _line.Up(_ledger, null);
        Assert.True(changed.IsCompleted);
        changed = _line.Changed;
        _line.Down();
        Assert.True(changed.IsCompleted);
        Assert.Null(_line.Hub);
    }

    private static SpendingUpdate Update(bool whole, long today) => new(default, whole, [new UserSpending("alice", 1, new DateOnly(2025, 11, 30), today, Math.Max(today, 0), 0, 0)]);
}
