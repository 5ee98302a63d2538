using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Access.Local;

/// <summary>Upper bounds of a user's limits; 0 says nothing.</summary>
/// <param name="RequestsPerMinute">Requests a minute.</param>
/// <param name="Burst">Requests at once after a rest.</param>
/// <param name="TokensPerMinute">Tokens a minute, of prompts and answers together.</param>
/// <param name="ConcurrentRequests">Requests that run at once.</param>
internal sealed record LimitBounds(double RequestsPerMinute, int Burst, long TokensPerMinute, int ConcurrentRequests)
{
    /// <summary>No bounds.</summary>
    public static LimitBounds None { get; } = new(0, 0, 0, 0);

    /// <summary>Of each limit the lower one, where 0 is none on either side. The very same limits where nothing is lowered.</summary>
    public RequestLimits Lower(RequestLimits limits)
    {
        if (this == None)
            return limits;
        var lowered = new RequestLimits(Lower(RequestsPerMinute, limits.RequestsPerMinute), Lower(Burst, limits.Burst))
        {
            TokensPerMinute = Lower(TokensPerMinute, limits.TokensPerMinute),
            ConcurrentRequests = Lower(ConcurrentRequests, limits.ConcurrentRequests),
        };
        return lowered == limits ? limits : lowered;
    }

    private static T Lower<T>(T bound, T limit)
        where T : System.Numerics.INumber<T> => T.IsZero(bound) ? limit : T.IsZero(limit) ? bound : T.Min(bound, limit);
}
