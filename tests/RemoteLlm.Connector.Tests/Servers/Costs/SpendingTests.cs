using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Costs;

public sealed class SpendingTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2025, 11, 30, 22, 0, 0, TimeSpan.Zero));
    private readonly Spending _spending;

    public SpendingTests() => _spending = new Spending("cloud", new CostCaps(0.10m, 1.00m, 0.50m), _time);

    [Fact]
    public void What_is_reserved_and_spent_counts_against_the_day()
    {
        for (var i = 0; i < 10; i++)
            Assert.True(_spending.TryReserve(0.10m, out _, out _));

        Assert.False(_spending.TryReserve(0.01m, out var reservation, out var refusal));
        Assert.Null(reservation);
        Assert.Equal(new CostRefusal("cloud", CostCap.PerDay, 1.00m, 1.00m, 0.01m, new DateTimeOffset(2025, 12, 1, 0, 0, 0, TimeSpan.Zero)), refusal);
        Assert.Equal("The cap of 1.00 USD a day at server \"cloud\" is reached. It resets at 2025-12-01T00:00:00Z.", refusal.Message);
    }

    [Fact]
    public void A_request_above_its_own_cap_is_refused_whatever_is_left()
    {
        Assert.False(_spending.TryReserve(0.123456789m, out _, out var refusal));

        Assert.Equal((CostCap.PerRequest, null), (refusal!.Cap, refusal.ResetsAt));
        Assert.StartsWith("The request would cost about 0.123457 USD, and the cap at server \"cloud\" is 0.10 USD a request.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((0m, 0m), _spending.Today);
    }

    [Fact]
    public void A_reservation_is_settled_or_given_back_once()
    {
        Assert.True(_spending.TryReserve(0.10m, out var first, out _));
        Assert.True(_spending.TryReserve(0.10m, out var second, out _));
        Assert.Equal((0m, 0.20m), _spending.Today);

        Assert.True(first.Settle(0.03m));
        Assert.False(first.Settle(0.03m));
        first.Dispose();
        second.Dispose();
        Assert.False(second.Settle(0.03m));
        Assert.Equal((0.03m, 0m), _spending.Today);
    }

    [Fact]
    public void What_costs_nothing_goes_on_and_what_has_no_price_until_the_cap_is_reached()
    {
        Assert.True(_spending.TryReserve(null, out var unknown, out _));
        unknown.Settle(5);

        Assert.False(_spending.TryReserve(null, out _, out var refusal));
        Assert.Equal(CostCap.PerDay, refusal!.Cap);
        Assert.NotNull(_spending.Check(0.01m));
        Assert.Null(_spending.Check(0));
        Assert.True(_spending.TryReserve(0, out _, out _));
    }

    [Fact]
    public void Without_caps_everything_goes_on_and_is_counted()
    {
        _spending.Caps = CostCaps.None;
        Assert.True(_spending.TryReserve(1_000, out var reservation, out _));
        reservation.Settle(999);

        Assert.True(_spending.TryReserve(1_000, out _, out _));
        Assert.Equal((999m, 1_000m), _spending.Today);
    }

    [Fact]
    public void A_new_day_begins_with_nothing_spent_and_running_requests_are_paid_by_the_day_before()
    {
        Reserve(0.10m).Settle(0.09m);
        var running = Reserve(0.10m);
        _time.Advance(TimeSpan.FromHours(3));

        Assert.Equal((0m, 0m), _spending.Today);
        running.Settle(0.07m);
        Assert.Equal((0m, 0m), _spending.Today);
        Assert.Equal([new(new DateOnly(2025, 11, 30), 0.16m)], _spending.Days());
    }

    [Fact]
    public void A_clock_that_jumps_back_and_forth_resets_nothing()
    {
        for (var i = 0; i < 10; i++)
            Reserve(0.10m).Settle(0.10m);
        _time.Advance(TimeSpan.FromHours(3));
        Reserve(0.10m).Settle(0.10m);

        _time.JumpWallClock(TimeSpan.FromHours(-3));
        Assert.Equal(1.00m, _spending.Today.Spent);
        Assert.NotNull(_spending.Check(0.01m));
        _time.JumpWallClock(TimeSpan.FromHours(3));
        Assert.Equal(0.10m, _spending.Today.Spent);
    }

    [Fact]
    public void Much_money_is_worth_one_warning_a_day()
    {
        var warnings = new List<CostWarning>();
        _spending.Warned += warnings.Add;
        for (var i = 0; i < 8; i++)
            Reserve(0.10m).Settle(0.10m);
        Assert.Equal([new CostWarning("cloud", new DateOnly(2025, 11, 30), 0.50m, 0.50m)], warnings);

        _time.Advance(TimeSpan.FromHours(3));
        for (var i = 0; i < 8; i++)
            Reserve(0.10m).Settle(0.10m);
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void A_warning_that_was_given_before_the_start_is_not_given_again()
    {
        var warnings = 0;
        var spending = new Spending("cloud", new CostCaps(0, 0, 0.50m), _time, [new(new DateOnly(2025, 11, 30), 0.60m)]);
        spending.Warned += _ => warnings++;
        Assert.True(spending.TryReserve(1, out var first, out _));
        first.Settle(1);
        Assert.Equal(0, warnings);

        spending.Caps = new CostCaps(0, 0, 5);
        Assert.True(spending.TryReserve(1, out var second, out _));
        second.Settle(4);
        Assert.Equal(1, warnings);
    }

    [Fact]
    public void The_sums_of_old_days_are_forgotten()
    {
        var running = Reserve(0.10m);
        for (var day = 0; day < 100; day++)
        {
            Reserve(0.10m).Settle(0.01m);
            _time.Advance(TimeSpan.FromDays(1));
        }

        running.Settle(0.05m);
        Assert.InRange(_spending.Days().Count, Spending.DaysKept, Spending.DaysKept + 1);
        Assert.Equal(0.06m, _spending.Days()[0].Value);
    }

    private CostReservation Reserve(decimal estimate)
    {
        Assert.True(_spending.TryReserve(estimate, out var reservation, out var refusal), refusal?.Message);
        return reservation;
    }
}
