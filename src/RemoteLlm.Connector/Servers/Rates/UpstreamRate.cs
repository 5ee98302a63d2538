using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Servers.Rates;

/// <summary>
/// The limits that a server puts on its clients' requests and tokens per minute, kept on our side, so that it has no reason to answer 429. When it does, it is left alone for a while.
/// Safe for concurrent use.
/// </summary>
/// <remarks>
/// Servers count in different ways: in fixed minutes, in sliding ones, or with a bucket that refills. No minute, wherever it begins, gets more than the limit: that is within all three. Besides
/// requests come in bursts of a sixth of the limit, ten seconds' worth, since some servers enforce the limit over shorter times than a minute (Anthropic, "Rate limits": 60 requests a minute may be
/// enforced as one a second). Not so tokens: one prompt may be most of a minute's worth.
/// </remarks>
internal sealed class UpstreamRate
{
    /// <summary>How long a server rests that answered 429 without saying for how long, 5 s.</summary>
    public static readonly TimeSpan UsualRest = TimeSpan.FromSeconds(5);

    /// <summary>How long a server can make itself rest, 10 min. What it asks beyond is found out by asking it again.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(10);

    private const int BurstsPerMinute = 6;

    // As in usage: no request takes a million million tokens, and no sum overflows.
    private const long MostTokens = 1_000_000_000_000;

    private readonly Lock _gate = new();
    private readonly MinuteWindow _requests = new();
    private readonly MinuteWindow _tokens = new();
    private readonly TokenBucket _bursts;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private TimeSpan _restUntil;
    private int _requestsPerMinute;
    private long _tokensPerMinute;

    /// <summary>A server that got nothing in the last minute.</summary>
    /// <param name="requestsPerMinute">Its limit on requests; 0 for none.</param>
    /// <param name="tokensPerMinute">Its limit on tokens, prompt and answer together; 0 for none.</param>
    /// <param name="time">Where time comes from.</param>
    public UpstreamRate(int requestsPerMinute, long tokensPerMinute, TimeProvider time)
    {
        (_requestsPerMinute, _tokensPerMinute, _time) = (requestsPerMinute, tokensPerMinute, time);
        _origin = time.GetTimestamp();
        _bursts = new TokenBucket(Bursts(requestsPerMinute), time.TimestampFrequency);
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Changes the limits. What was taken in the last minute counts against the new ones.</summary>
    public void Reconfigure(int requestsPerMinute, long tokensPerMinute)
    {
        lock (_gate)
        {
            if (_requestsPerMinute != requestsPerMinute)
                _bursts.Reconfigure(Bursts(requestsPerMinute), _time.GetTimestamp());
            (_requestsPerMinute, _tokensPerMinute) = (requestsPerMinute, tokensPerMinute);
        }
    }

    /// <summary>How long until a request may go there by the limits if nobody else takes its turn; zero for now. Takes nothing.</summary>
    /// <param name="tokens">What it will take, prompt and answer, 0 or more.</param>
    public TimeSpan Check(long tokens)
    {
        lock (_gate)
            return Wait_NeedsLock(Now, Math.Clamp(tokens, 0, MostTokens));
    }

    /// <summary>Whether there is any limit.</summary>
    public bool IsLimited
    {
        get
        {
            lock (_gate)
                return _requestsPerMinute > 0 || _tokensPerMinute > 0;
        }
    }

    /// <summary>How long the server wants to be left alone after a 429; zero when it does not.</summary>
    public TimeSpan RestLeft
    {
        get
        {
            lock (_gate)
                return Longer(_restUntil - Now, TimeSpan.Zero);
        }
    }

    /// <summary>Takes what a request will need, if it may go there now.</summary>
    /// <param name="tokens">What it will take, prompt and answer, 0 or more.</param>
    /// <param name="ticket">For <see cref="Settle"/>.</param>
    /// <param name="wait">Otherwise: how long until it may, if nobody else takes its turn.</param>
    public bool TryTake(long tokens, out RateTicket ticket, out TimeSpan wait)
    {
        lock (_gate)
        {
            var now = Now;
            ticket = default;
            tokens = Math.Clamp(tokens, 0, MostTokens);
            wait = Wait_NeedsLock(now, tokens);
            if (wait > TimeSpan.Zero)
                return false;
            _bursts.Take(_time.GetTimestamp());
            _requests.Take(now, 1);
            ticket = new RateTicket(_tokens.Take(now, tokens), tokens);
            return true;
        }
    }

    /// <summary>The request is over: corrects what it was expected to take. The request itself counts, whatever became of it.</summary>
    /// <param name="ticket">What it took; settled once.</param>
    /// <param name="tokens">What it really took, prompt and answer.</param>
    public void Settle(RateTicket ticket, long tokens)
    {
        tokens = Math.Clamp(tokens, 0, MostTokens);
        lock (_gate)
        {
            if (tokens > ticket.Tokens)
                _tokens.Take(Now, tokens - ticket.Tokens);
            else
                _tokens.GiveBack(Now, ticket.Slot, ticket.Tokens - tokens);
        }
    }

    /// <summary>The server answered 429: it is better left alone for a while, see <see cref="RestLeft"/>. A longer rest that it asked for before is kept.</summary>
    /// <param name="retryAfter">What it asked for; null when it did not say.</param>
    public void Rest(TimeSpan? retryAfter)
    {
        lock (_gate)
        {
            var rest = retryAfter ?? UsualRest;
            var until = Now + (rest < LongestRest ? rest : LongestRest);
            _restUntil = until > _restUntil ? until : _restUntil;
        }
    }

    private static RequestLimits Bursts(int requestsPerMinute) => new(requestsPerMinute, Math.Max(1, requestsPerMinute / BurstsPerMinute));

    private TimeSpan Wait_NeedsLock(TimeSpan now, long tokens)
    {
        var wait = TimeSpan.Zero;
        if (_requestsPerMinute > 0)
        {
            wait = Longer(wait, _requests.WaitFor(now, 1, _requestsPerMinute));
            wait = Longer(wait, _bursts.WaitFor(_time.GetTimestamp()));
        }

        if (_tokensPerMinute > 0)
            wait = Longer(wait, _tokens.WaitFor(now, tokens, _tokensPerMinute));
        return wait;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
