using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>The limits of <c>defaults:</c> or of one user, each present or not.</summary>
internal sealed class LimitFields
{
    /// <summary>The largest weight. Who has it gets a thousand times what others get, and beyond that a queue is no longer shared.</summary>
    private const int MostWeight = 1000;

    private double? _requestsPerMinute;
    private int? _burst;
    private int? _concurrentRequests;
    private long? _tokensPerMinute;
    private long? _tokensPerDay;
    private long? _tokensPerMonth;
    private decimal? _costPerDay;
    private decimal? _costPerMonth;
    private double? _weight;

    public static LimitFields None { get; } = new();

    public static LimitFields Read(FieldReader? fields)
    {
        if (fields is null)
        {
            return None;
        }

        var limits = new LimitFields
        {
            _requestsPerMinute = fields.Amount("requests_per_minute"),
            _burst = fields.Count("burst", least: 1),
            _concurrentRequests = fields.Count("concurrent_requests"),
            _tokensPerMinute = fields.LongCount("tokens_per_minute"),
            _tokensPerDay = fields.LongCount("tokens_per_day"),
            _tokensPerMonth = fields.LongCount("tokens_per_month"),
            _costPerDay = fields.Money("cost_per_day"),
            _costPerMonth = fields.Money("cost_per_month"),
            _weight = fields.Share("weight", MostWeight),
        };
        fields.WarnOfOthers();
        return limits;
    }

    /// <summary>These limits where they say something, otherwise <paramref name="otherwise"/>, field by field.</summary>
    public UserLimits Over(UserLimits otherwise) => ReferenceEquals(this, None)
        ? otherwise
        : new UserLimits(Over(otherwise.Requests), Over(otherwise.Budget), _weight ?? otherwise.Weight);

    private RequestLimits Over(RequestLimits otherwise) => new(_requestsPerMinute ?? otherwise.RequestsPerMinute, _burst ?? otherwise.Burst)
    {
        ConcurrentRequests = _concurrentRequests ?? otherwise.ConcurrentRequests,
        TokensPerMinute = _tokensPerMinute ?? otherwise.TokensPerMinute,
    };

    private Budget Over(Budget otherwise) => new(
        _tokensPerDay ?? otherwise.TokensPerDay,
        _tokensPerMonth ?? otherwise.TokensPerMonth,
        _costPerDay ?? otherwise.CostPerDay,
        _costPerMonth ?? otherwise.CostPerMonth);
}
