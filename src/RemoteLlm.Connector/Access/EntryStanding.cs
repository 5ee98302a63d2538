using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Connector.Access;

/// <summary>Whether a key that is known may be used now.</summary>
internal static class EntryStanding
{
    /// <summary>Why it may not; null when it may.</summary>
    public static ApiError? Refusal(this RosterEntry entry, DateTimeOffset now) => entry switch
    {
        { Blocked: true } => ApiErrors.KeyBlocked(),
        { ExpiresAt: { } expires } when expires <= now => ApiErrors.KeyExpired(expires),
        _ => null,
    };
}
