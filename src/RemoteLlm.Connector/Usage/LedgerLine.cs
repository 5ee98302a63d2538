using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Usage;

/// <summary>The way to the broker's ledger, while there is one, and what comes back over it. The link says when there is one.</summary>
internal sealed class LedgerLine(IBudgetBook budgets)
{
    // The broker tells once a second, and the grant is here within ten.
    private const int MostEarly = 100;

    private readonly Lock _gate = new();
    private readonly List<SpendingUpdate> _early = [];
    private IConnectorHub? _hub;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Whom to settle with; null while there is nobody.</summary>
    public IConnectorHub? Hub => Volatile.Read(ref _hub);

    /// <summary>Completes when <see cref="Hub"/> is another one. Take it before you look.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>A control connection has its session.</summary>
    /// <param name="hub">The broker's end.</param>
    /// <param name="spending">What the grant says of all users; null when it says nothing.</param>
    public void Up(IConnectorHub hub, SpendingUpdate? spending)
    {
        lock (_gate)
        {
            if (spending is not null && IsSound(spending))
                budgets.Apply(spending);
            foreach (var update in _early)
                budgets.Apply(update);
            _early.Clear();
            _hub = hub;
        }

        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }

    /// <summary>The control connection has ended.</summary>
    public void Down()
    {
        lock (_gate)
        {
            _early.Clear();
            if (_hub is null)
                return;
            _hub = null;
        }

        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }

    /// <summary>The ledger's figures have changed.</summary>
    public void Apply(SpendingUpdate? update)
    {
        if (update is null || !IsSound(update))
            return;
        lock (_gate)
        {
            // One that overtook the grant of its session is newer than the whole that the grant brings.
            if (_hub is not null)
                budgets.Apply(update);
            else if (_early.Count < MostEarly)
                _early.Add(update);
        }
    }

    /// <summary>Whether figures make sense; a broker that sends others is not believed at all.</summary>
    public static bool IsSound(IReadOnlyList<UserSpending>? users) => users is not null && users.All(static user =>
        user is { User.Length: > 0, TokensToday: >= 0, TokensThisMonth: >= 0, CostToday: >= 0, CostThisMonth: >= 0 });

    private static bool IsSound(SpendingUpdate update) => IsSound(update.Users);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
