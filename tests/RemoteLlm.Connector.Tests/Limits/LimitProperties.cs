using RemoteLlm.Connector.Limits;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Tests.Limits;

/// <summary>Two hundred callers at one key of 100 tokens and 60 requests a minute, for five minutes.</summary>
public sealed class LimitProperties(ITestOutputHelper output)
{
    private const int TokensPerMinute = 100;
    private const int Callers = 200;
    private static readonly TimeSpan s_length = TimeSpan.FromMinutes(5);
    private static readonly RosterEntry s_entry = LimitStage.Entry("alice", new RequestLimits(60, 10) { TokensPerMinute = TokensPerMinute });

    [Fact]
    public void Two_hundred_callers_never_get_more_than_burst_and_rate_and_use_what_there_is()
    {
        var first = Random.Shared.Next(1_000_000);
        for (var seed = first; seed < first + 10; seed++)
        {
            var run = new Run(seed, overrun: false);
            run.Go();
            run.CheckWindows(static request => request.Held, TokensPerMinute, s_length);
            // With max_tokens nothing is delivered beyond what was reserved, so that the same holds for what is settled.
            run.CheckWindows(static request => request.Delivered, TokensPerMinute, s_length);
            run.CheckWindows(static _ => 1, 60, s_length, burst: 10);
            run.CheckTheEnd();
            output.WriteLine($"seed {seed}: {run.Delivered} tokens of {run.Requests.Count} requests");
            Assert.True(run.Delivered >= 0.95 * TokensPerMinute * s_length.TotalMinutes, $"seed {seed}: only {run.Delivered} tokens were used");
        }
    }

    [Fact]
    public void What_is_delivered_beyond_a_reservation_is_paid_before_the_next_admission()
    {
        var first = Random.Shared.Next(1_000_000);
        for (var seed = first; seed < first + 10; seed++)
        {
            var run = new Run(seed, overrun: true);
            run.Go();
            run.CheckWindows(static request => request.Held, TokensPerMinute, s_length);
            run.CheckDebts();
            run.CheckTheEnd();
        }
    }

    /// <summary>One run of random arrivals, sizes, cancels and failures.</summary>
    private sealed class Run(int seed, bool overrun)
    {
        private readonly Random _random = new(new Random(seed).Next() ^ (seed * 1_000_003));
        private readonly LimitStage _stage = new();
        private readonly PriorityQueue<Action, (TimeSpan At, int Number)> _events = new();
        private int _numbers;

        public List<Request> Requests { get; } = [];

        public long Delivered => Requests.Sum(static request => request.Delivered);

        private TimeSpan Now => TimeSpan.FromTicks(_stage.Time.GetTimestamp());

        public void Go()
        {
            for (var caller = 0; caller < Callers; caller++)
                At(TimeSpan.FromMilliseconds(_random.Next(2000)), Ask);
            while (_events.TryDequeue(out var happens, out var when))
            {
                if (when.At > Now)
                    _stage.Time.Advance(when.At - Now);
                happens();
            }
        }

        /// <summary>Of those that were let in within any span, the sum is at most the burst and what the span brings.</summary>
        public void CheckWindows(Func<Request, long> sizeOf, int perMinute, TimeSpan until, int? burst = null)
        {
            var requests = Requests.Where(request => request.At <= until).ToList();
            for (var from = 0; from < requests.Count; from++)
            {
                long sum = 0;
                for (var to = from; to < requests.Count; to++)
                {
                    sum += sizeOf(requests[to]);
                    var most = (burst ?? perMinute) + ((requests[to].At - requests[from].At).TotalMinutes * perMinute);
                    Assert.True(sum <= most + 1e-6, $"seed {seed}: {sum} from {requests[from].At} to {requests[to].At}, and {most} were allowed");
                }
            }
        }

        /// <summary>By the time that a request is let in, everything that was delivered before has been allowed.</summary>
        public void CheckDebts()
        {
            foreach (var request in Requests)
            {
                var before = Requests.Where(other => other.Ended is { } ended && ended <= request.At && other != request).Sum(static other => other.Delivered);
                Assert.True(before + request.Reserved <= TokensPerMinute + (request.At.TotalMinutes * TokensPerMinute) + 1e-6, $"seed {seed}: at {request.At} {before} had been delivered");
            }
        }

        /// <summary>All that was taken is settled, and the bucket is as full as what was delivered leaves it.</summary>
        public void CheckTheEnd()
        {
            var account = _stage.Accounts.Of(s_entry);
            Assert.Equal(0, account.Running);
            Assert.All(Requests, request => Assert.NotNull(request.Ended));
            account.Enter(s_entry, out _, out var figures)!.Dispose();
            Assert.True(figures.Tokens >= 0);
            _stage.Time.Advance(figures.TokensReset);
            account.Enter(s_entry, out _, out figures)!.Dispose();
            Assert.Equal((TokensPerMinute, TimeSpan.Zero), (figures.Tokens, figures.TokensReset));
        }

        private void At(TimeSpan when, Action happens) => _events.Enqueue(happens, (when, _numbers++));

        private void Ask()
        {
            if (Now >= s_length)
                return;
            var account = _stage.Accounts.Of(s_entry);
            if (account.Enter(s_entry, out var refusal, out _) is not { } admission)
            {
                Again(refusal!.RetryAfter!.Value);
                return;
            }

            var (prompt, answer) = (_random.Next(1, 12), _random.Next(1, 20));
            refusal = account.Reserve(admission, s_entry, LimitStage.Tokens(prompt, answer), out _);
            if (refusal is not null)
            {
                admission.Dispose();
                Again(refusal.RetryAfter!.Value);
                return;
            }

            var request = new Request(Now, prompt + answer);
            Requests.Add(request);
            At(Now + TimeSpan.FromMilliseconds(_random.Next(1, 15_000)), () => End(admission, request));
        }

        private void End(Admission admission, Request request)
        {
            // Whole, shorter than it might have been, cancelled in the middle, failed before the first token; or, where the estimate was wrong, more.
            request.Delivered = _random.Next(overrun ? 5 : 4) switch
            {
                0 => request.Reserved,
                1 => _random.Next((int)request.Reserved / 2, (int)request.Reserved + 1),
                2 => _random.Next((int)request.Reserved + 1),
                3 => 0,
                _ => request.Reserved + _random.Next(60),
            };
            request.Ended = Now;
            admission.Settle(request.Delivered, 0, goesToLedger: false);
            admission.Dispose();
            At(Now, Ask);
        }

        // As clients do: most wait as long as they are told, some do not listen.
        private void Again(TimeSpan wait) => At(Now + (_random.Next(4) == 0 ? TimeSpan.FromMilliseconds(_random.Next(1, 500)) : wait), Ask);
    }

    private sealed class Request(TimeSpan at, long reserved)
    {
        public TimeSpan At => at;

        public long Reserved => reserved;

        public long Delivered { get; set; }

        public TimeSpan? Ended { get; set; }

        /// <summary>What it holds of its reservation in the end.</summary>
        public long Held => Math.Min(reserved, Delivered);
    }
}
