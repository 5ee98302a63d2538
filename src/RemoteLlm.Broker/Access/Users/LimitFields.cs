using RemoteLlm.Hosting.Files.Yaml;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>The limits of <c>defaults:</c> or of one user, each present or not.</summary>
internal sealed record LimitFields(double? RequestsPerMinute, int? Burst, int? ConcurrentRequests, long? TokensPerMinute)
{
    public static LimitFields None { get; } = new(null, null, null, null);

    public static LimitFields Read(FieldReader? fields)
    {
        if (fields is null)
        {
            return None;
        }

        var limits = new LimitFields(fields.Amount("requests_per_minute"), fields.Count("burst", least: 1), fields.Count("concurrent_requests"), fields.LongCount("tokens_per_minute"));

        // Checked, so that a mistake shows the day it is made, and kept in the file; no part of the relay reads them.
        _ = fields.LongCount("tokens_per_day");
        _ = fields.LongCount("tokens_per_month");
        _ = fields.Amount("cost_per_day");
        _ = fields.Amount("cost_per_month");
        _ = fields.Amount("weight");
        fields.WarnOfOthers();
        return limits;
    }

    /// <summary>These limits where they say something, otherwise <paramref name="otherwise"/>, field by field.</summary>
    public RequestLimits Over(RequestLimits otherwise) => new(RequestsPerMinute ?? otherwise.RequestsPerMinute, Burst ?? otherwise.Burst)
    {
        ConcurrentRequests = ConcurrentRequests ?? otherwise.ConcurrentRequests,
        TokensPerMinute = TokensPerMinute ?? otherwise.TokensPerMinute,
    };
}
