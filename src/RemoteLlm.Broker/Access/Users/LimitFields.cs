using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>The limits that <c>defaults:</c> or one user's entry states itself; null = not stated there, so those of elsewhere hold. Compared by value.</summary>
public sealed record LimitFields
{
    /// <summary>The largest weight. Who has it gets a thousand times what others get, and beyond that a queue is no longer shared.</summary>
    public const int MostWeight = 1000;

    /// <summary>Nothing stated.</summary>
    public static LimitFields None { get; } = new();

    /// <summary>Requests a minute; 0 = no limit.</summary>
    public double? RequestsPerMinute { get; init; }

    /// <summary>Requests at once after a rest; 1 or more.</summary>
    public int? Burst { get; init; }

    /// <summary>Requests that may run or wait at once; 0 = no limit.</summary>
    public int? ConcurrentRequests { get; init; }

    /// <summary>Tokens of prompts and answers a minute; 0 = no limit.</summary>
    public long? TokensPerMinute { get; init; }

    /// <summary>Tokens a day, UTC; 0 = no limit.</summary>
    public long? TokensPerDay { get; init; }

    /// <summary>Tokens a month, UTC; 0 = no limit.</summary>
    public long? TokensPerMonth { get; init; }

    /// <summary>US dollars a day, UTC; 0 = no limit.</summary>
    public decimal? CostPerDay { get; init; }

    /// <summary>US dollars a month, UTC; 0 = no limit.</summary>
    public decimal? CostPerMonth { get; init; }

    /// <summary>The share in the fair queue; more than 0, at most <see cref="MostWeight"/>.</summary>
    public double? Weight { get; init; }

    internal static LimitFields Read(FieldReader? fields)
    {
        if (fields is null)
        {
            return None;
        }

        var limits = new LimitFields
        {
            RequestsPerMinute = fields.Amount("requests_per_minute"),
            Burst = fields.Count("burst", least: 1),
            ConcurrentRequests = fields.Count("concurrent_requests"),
            TokensPerMinute = fields.LongCount("tokens_per_minute"),
            TokensPerDay = fields.LongCount("tokens_per_day"),
            TokensPerMonth = fields.LongCount("tokens_per_month"),
            CostPerDay = fields.Money("cost_per_day"),
            CostPerMonth = fields.Money("cost_per_month"),
            Weight = fields.Share("weight", MostWeight),
        };
        fields.WarnOfOthers();
        return limits;
    }

    /// <summary>Why these cannot be limits, in a sentence that names the field of the file; null when they can.</summary>
    internal string? Fault() => this switch
    {
        { RequestsPerMinute: { } rate } when !double.IsFinite(rate) || rate < 0 => "requests_per_minute must be 0 or more.",
        { Burst: < 1 } => "burst must be 1 or more.",
        { ConcurrentRequests: < 0 } => "concurrent_requests must be 0 or more.",
        { TokensPerMinute: < 0 } or { TokensPerDay: < 0 } or { TokensPerMonth: < 0 } => "A number of tokens must be 0 or more.",
        { CostPerDay: < 0 } or { CostPerMonth: < 0 } => "A cost must be 0 or more.",
        { Weight: { } weight } when weight is not (> 0 and <= MostWeight) => $"weight must be more than 0 and at most {MostWeight}.",
        _ => null,
    };

    /// <summary>These limits where they say something, otherwise <paramref name="otherwise"/>, field by field.</summary>
    internal UserLimits Over(UserLimits otherwise) => ReferenceEquals(this, None)
        ? otherwise
        : new UserLimits(Over(otherwise.Requests), Over(otherwise.Budget), Weight ?? otherwise.Weight);

    /// <summary>Each field by its name in the file, with what is to be written there; null = no such line.</summary>
    internal IEnumerable<(string Name, string? Written)> Written() =>
    [
        ("requests_per_minute", Write(RequestsPerMinute)),
        ("burst", Write(Burst)),
        ("tokens_per_minute", Write(TokensPerMinute)),
        ("concurrent_requests", Write(ConcurrentRequests)),
        ("tokens_per_day", Write(TokensPerDay)),
        ("tokens_per_month", Write(TokensPerMonth)),
        ("cost_per_day", Write(CostPerDay)),
        ("cost_per_month", Write(CostPerMonth)),
        ("weight", Write(Weight)),
    ];

    private static string? Write<T>(T? value)
        where T : struct, IFormattable => value?.ToString(null, System.Globalization.CultureInfo.InvariantCulture);

    private RequestLimits Over(RequestLimits otherwise) => new(RequestsPerMinute ?? otherwise.RequestsPerMinute, Burst ?? otherwise.Burst)
    {
        ConcurrentRequests = ConcurrentRequests ?? otherwise.ConcurrentRequests,
        TokensPerMinute = TokensPerMinute ?? otherwise.TokensPerMinute,
    };

    private Budget Over(Budget otherwise) => new(
        TokensPerDay ?? otherwise.TokensPerDay,
        TokensPerMonth ?? otherwise.TokensPerMonth,
        CostPerDay ?? otherwise.CostPerDay,
        CostPerMonth ?? otherwise.CostPerMonth);
}
