using RemoteLlm.Connector.Limits.Budgets;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Ledger;

namespace RemoteLlm.Connector.Limits;

/// <summary>
/// One user's limits at this connector, all keys together. Requests, tokens and budget are taken under one lock, all or none; a request that is refused has taken nothing. Limits come with the
/// roster entry of each request; changed ones hold from the next on.
/// </summary>
internal sealed class UserAccount
{
    // When one of the caller's own requests is over, only the caller knows.
    private static readonly TimeSpan s_concurrencyRetry = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TokenBucket _requests;
    private readonly ReservationBucket _tokens;
    private readonly BudgetUse _use = new();
    private readonly TimeProvider _time;
    private readonly BrokerClock _clock;
    private RequestLimits _limits;
    private int _running;

    public UserAccount(RequestLimits limits, TimeProvider time, BrokerClock clock)
    {
        (_limits, _time, _clock) = (limits, time, clock);
        _requests = new TokenBucket(limits, time.TimestampFrequency);
        _tokens = new ReservationBucket(limits.TokensPerMinute, Math.Max(limits.TokensPerMinute, 1), time.TimestampFrequency);
    }

    /// <summary>Requests of the user between their arrival and their end.</summary>
    public int Running
    {
        get { lock (_gate) return _running; }
    }

    /// <summary>Nothing runs, and nothing is on its way to the ledger.</summary>
    public bool IsIdle
    {
        get { lock (_gate) return _running == 0 && _use.IsIdle; }
    }

    /// <summary>A request has come, and its body is still to be read: looks whether that makes sense, and counts it among those that run.</summary>
    /// <param name="entry">By whose terms.</param>
    /// <param name="refusal">Why not; null when it may go on.</param>
    /// <param name="figures">How the user stands.</param>
    /// <returns>To be disposed; null when it is refused.</returns>
    public Admission? Enter(RosterEntry entry, out ApiError? refusal, out Figures figures)
    {
        lock (_gate)
        {
            var now = Follow(entry);
            figures = FiguresOf(entry, now);
            refusal = _limits.ConcurrentRequests > 0 && _running >= _limits.ConcurrentRequests ? ApiErrors.ConcurrencyLimit(_limits.ConcurrentRequests, s_concurrencyRetry)
                : _requests.WaitFor(now) is var wait && wait > TimeSpan.Zero ? ApiErrors.RateLimitExceeded(_limits.RequestsPerMinute, wait)
                : entry.Budget.IsNone ? null
                : _use.Check(entry.Budget, default, figures.Now, out _, out _);
            if (refusal is not null)
                return null;
            _running++;
            return new Admission(this);
        }
    }

    /// <summary>Takes what the request needs: a request, its tokens, its part of the budget.</summary>
    /// <param name="admission">What <see cref="Enter"/> gave.</param>
    /// <param name="entry">By whose terms.</param>
    /// <param name="need">What it needs.</param>
    /// <param name="figures">How the user stands then.</param>
    /// <returns>Why nothing was taken; null when it was.</returns>
    public ApiError? Reserve(Admission admission, RosterEntry entry, TokenNeed need, out Figures figures)
    {
        lock (_gate)
        {
            // By the limits of those who entered last: its own may be older ones, if its body took long, and they must not come back.
            var now = _time.GetTimestamp();
            var refusal = Take(admission, entry, need, now);
            figures = FiguresOf(entry, now);
            return refusal;
        }
    }

    /// <summary>A request was refused for what it is.</summary>
    public void CountRequest() => _requests.TryTake(_time.GetTimestamp(), out _);

    /// <inheritdoc cref="IBudgetBook.Awaits"/>
    public void Awaits(UsageRecord record)
    {
        lock (_gate)
            _use.Await(record.PromptTokens + record.CompletionTokens, record.Cost ?? 0);
    }

    /// <summary>The ledger has a record, or never will.</summary>
    public void Settled(UsageRecord record)
    {
        lock (_gate)
            _use.Settled(record.PromptTokens + record.CompletionTokens, record.Cost ?? 0);
    }

    /// <summary>The ledger's figures; null when it has none of this user.</summary>
    /// <param name="spending">The figures.</param>
    /// <param name="whole">They replace what was known, whichever is the later.</param>
    public void Apply(UserSpending? spending, bool whole)
    {
        lock (_gate)
        {
            if (spending is null)
                _use.Forget();
            else
                _use.Apply(spending, whole);
        }
    }

    internal void Settle(Admission admission, long tokens, decimal cost, bool goesToLedger)
    {
        lock (_gate)
        {
            if (admission.IsOver)
                return;
            admission.IsOver = true;
            _running--;
            _tokens.Settle(_time.GetTimestamp(), admission, tokens);
            _use.Release(admission.BudgetTokens, admission.BudgetCost);
            if (goesToLedger)
                _use.Await(tokens, cost);
        }
    }

    // The longest wait of all limits is the one after which the request passes.
    private ApiError? Take(Admission admission, RosterEntry entry, TokenNeed need, long now)
    {
        if (need.Certain > _tokens.Burst)
            return ApiErrors.TokenRateTooSmall(_limits.TokensPerMinute, need.Prompt, need.IsLimit ? need.Answer : 0);
        var (budgetTokens, budgetCost) = (0L, 0m);
        if (!entry.Budget.IsNone && _use.Check(entry.Budget, need, _clock.Now, out budgetTokens, out budgetCost) is { } spent)
            return spent;
        var tokens = Math.Min(need.Whole, _tokens.Burst);
        var (forRequest, forTokens) = (_requests.WaitFor(now), _tokens.WaitFor(now, tokens));
        if (forRequest > TimeSpan.Zero && forRequest >= forTokens)
            return ApiErrors.RateLimitExceeded(_limits.RequestsPerMinute, forRequest);
        if (forTokens > TimeSpan.Zero)
            return ApiErrors.TokenRateExceeded(_limits.TokensPerMinute, forTokens);
        _requests.TryTake(now, out _);
        _tokens.Take(now, tokens, admission);
        (admission.BudgetTokens, admission.BudgetCost) = (budgetTokens, budgetCost);
        _use.Reserve(budgetTokens, budgetCost);
        admission.IsReserved = true;
        return null;
    }

    // Timestamps are taken under the lock: they come in order.
    private long Follow(RosterEntry entry)
    {
        var now = _time.GetTimestamp();
        if (ReferenceEquals(entry.Limits, _limits) || entry.Limits == _limits)
            return now;
        _limits = entry.Limits;
        _requests.Reconfigure(_limits, now);
        _tokens.Reconfigure(_limits.TokensPerMinute, Math.Max(_limits.TokensPerMinute, 1), now);
        return now;
    }

    private Figures FiguresOf(RosterEntry entry, long now)
    {
        var (limits, budget) = (_limits, entry.Budget);
        var broker = budget.IsNone ? default : _clock.Now;
        return new Figures(
            limits,
            limits.IsUnlimited ? 0 : _requests.Remaining(now),
            limits.IsUnlimited ? default : _requests.TimeUntilFull(now),
            _tokens.IsLimited ? _tokens.Remaining(now) : 0,
            _tokens.IsLimited ? _tokens.UntilFull(now) : default,
            budget,
            budget.IsNone ? default : _use.Left(budget, broker),
            broker);
    }
}
