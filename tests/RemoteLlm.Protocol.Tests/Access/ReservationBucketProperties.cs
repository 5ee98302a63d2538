using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Tests.Access;

public sealed class ReservationBucketProperties
{
    private const int Frequency = 1000;
    private const int PerMinute = 6000;
    private const int Burst = 50;
    private const long Interval = 60L * Frequency / PerMinute;

    [Fact]
    public void After_every_settlement_the_bucket_is_as_if_no_more_than_was_used_had_ever_been_taken()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var run = new Run(seed);
            for (var step = 0; step < 60; step++)
            {
                run.Step();
                Assert.True(run.Remaining == run.ExpectedRemaining(), $"seed {seed}, step {step}: {run.Remaining} left, and by the whole history {run.ExpectedRemaining()}");
            }
        }
    }

    [Fact]
    public void No_window_of_time_holds_more_than_burst_and_rate()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var run = new Run(seed);
            for (var step = 0; step < 60; step++)
            {
                run.Step();
                run.CheckWindows();
            }
        }
    }

    [Fact]
    public void What_is_given_back_whole_at_once_leaves_no_trace()
    {
        var bucket = new ReservationBucket(PerMinute, Burst, Frequency);
        for (var i = 0; i < 1000; i++)
            bucket.Settle(0, bucket.Take(0, Burst)!, 0);

        Assert.Equal(Burst, bucket.Remaining(0));
    }

    [Fact]
    public void What_time_had_paid_off_is_not_given_back_a_second_time()
    {
        var bucket = new ReservationBucket(PerMinute, Burst, Frequency);
        var early = bucket.Take(0, Burst)!;
        var now = Burst * Interval;
        bucket.Take(now, Burst);
        bucket.Settle(now, early, 0);

        Assert.Equal(0, bucket.Remaining(now));
    }

    [Fact]
    public void What_is_used_beyond_a_reservation_is_owed_and_paid_before_the_next_one()
    {
        var bucket = new ReservationBucket(PerMinute, Burst, Frequency);
        bucket.Settle(0, bucket.Take(0, 10)!, 150);

        Assert.Equal(TimeSpan.FromSeconds((150 - Burst + 20) / 100.0), bucket.WaitFor(0, 20));
        Assert.Equal(TimeSpan.Zero, bucket.WaitFor((150 - Burst + 20) * Interval, 20));
    }

    [Fact]
    public void It_is_settled_once()
    {
        var bucket = new ReservationBucket(PerMinute, Burst, Frequency);
        var (first, second) = (bucket.Take(0, 20)!, bucket.Take(0, 20)!);
        bucket.Settle(0, first, 5);
        bucket.Settle(0, first, 5);
        bucket.Settle(0, second, 20);
        bucket.Settle(0, second, 0);

        Assert.Equal(Burst - 25, bucket.Remaining(0));
    }

    [Fact]
    public void A_limit_that_is_lifted_and_set_again_begins_with_a_full_bucket_whatever_is_settled_later()
    {
        var bucket = new ReservationBucket(PerMinute, Burst, Frequency);
        BucketReservation[] open = [.. Enumerable.Range(0, 3).Select(_ => bucket.Take(0, 10)!)];
        bucket.Reconfigure(0, Burst, 0);
        Assert.Null(bucket.Take(0, 1_000_000));
        bucket.Reconfigure(PerMinute, Burst, 0);
        var next = bucket.Take(0, 30)!;
        foreach (var reservation in open)
            bucket.Settle(0, reservation, 0);
        Assert.Equal(Burst - 30, bucket.Remaining(0));
        bucket.Settle(0, next, 10);

        Assert.Equal(Burst - 10, bucket.Remaining(0));
    }

    [Fact]
    public void Under_another_limit_what_is_taken_stays_taken()
    {
        var bucket = new ReservationBucket(PerMinute, Burst, Frequency);
        var taken = bucket.Take(0, 40)!;
        bucket.Reconfigure(2 * PerMinute, 2 * Burst, 0);
        Assert.Equal((2 * Burst) - 40, bucket.Remaining(0));
        bucket.Settle(0, taken, 15);

        Assert.Equal((2 * Burst) - 15, bucket.Remaining(0));
    }

    /// <summary>Random arrivals that are let in as the bucket says, and random ends: less than was taken, more, nothing, never.</summary>
    private sealed class Run(int seed)
    {
        private readonly Random _random = new(new Random(seed).Next() ^ (seed * 1_000_003));
        private readonly ReservationBucket _bucket = new(PerMinute, Burst, Frequency);
        private readonly List<Admission> _admitted = [];
        private long _now;

        public long Remaining => _bucket.Remaining(_now);

        public void Step()
        {
            _now += _random.Next(4) switch { 0 => 0, 1 => _random.Next(20), 2 => _random.Next(150), _ => _random.Next(700) };
            var open = _admitted.Where(one => one.Settled is null).ToList();
            if (open.Count > 0 && _random.Next(2) == 0)
            {
                var one = open[_random.Next(open.Count)];
                one.Used = _random.Next(4) switch { 0 => 0, 1 => one.Reserved, 2 => _random.Next((int)one.Reserved + 1), _ => one.Reserved + _random.Next(40) };
                one.Settled = _now;
                _bucket.Settle(_now, one.Reservation, one.Used);
                return;
            }

            var count = _random.Next(Burst + 1);
            if (_bucket.WaitFor(_now, count) == TimeSpan.Zero)
                _admitted.Add(new Admission(_now, count, _bucket.Take(_now, count)!));
        }

        /// <summary>What would be left had each taken, when it came, what it has turned out to use; and what was beyond its reservation when it ended.</summary>
        public long ExpectedRemaining()
        {
            var charges = _admitted.Select(one => (one.At, one.Kept))
                .Concat(_admitted.Where(one => one.Settled is not null).Select(one => (At: one.Settled!.Value, Kept: Math.Max(one.Used - one.Reserved, 0))))
                .OrderBy(charge => charge.At);
            long debt = 0, latest = 0;
            foreach (var (at, kept) in charges)
            {
                debt = Math.Max(debt - (at - latest), 0) + (kept * Interval);
                latest = at;
            }

            debt = Math.Max(debt - (_now - latest), 0);
            return Math.Max(((Burst * Interval) - debt) / Interval, 0);
        }

        public void CheckWindows()
        {
            for (var from = 0; from < _admitted.Count; from++)
            {
                long held = 0;
                for (var to = from; to < _admitted.Count; to++)
                {
                    held += _admitted[to].Kept;
                    Assert.True(held * Interval <= (Burst * Interval) + _admitted[to].At - _admitted[from].At, $"seed {seed}: {held} were let in from {_admitted[from].At} to {_admitted[to].At}");
                }
            }
        }
    }

    private sealed class Admission(long at, long reserved, BucketReservation reservation)
    {
        public long At => at;

        public long Reserved => reserved;

        public BucketReservation Reservation => reservation;

        public long? Settled { get; set; }

        public long Used { get; set; }

        /// <summary>What it holds of its reservation.</summary>
        public long Kept => Settled is null ? reserved : Math.Min(Used, reserved);
    }
}
