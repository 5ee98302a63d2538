using RemoteLlm.Broker.Access.Users;

namespace RemoteLlm.Broker.Portal.Operators.Users;

/// <summary>How a user stands, in a word and a tone (<see cref="Frame.Kit.Badge"/>).</summary>
/// <param name="Word">The word.</param>
/// <param name="Tone">The tone.</param>
public sealed record UserState(string Word, string? Tone)
{
    /// <summary>Waits for approval.</summary>
    public static UserState Waiting { get; } = new("waiting", "warm");

    /// <summary>Refused.</summary>
    public static UserState Blocked { get; } = new("blocked", "bad");

    /// <summary>May use the models.</summary>
    public static UserState Active { get; } = new("active", "good");

    /// <summary>That of a user; who is blocked is so whether or not he waits too.</summary>
    public static UserState Of(UserRecord user) => user.Blocked ? Blocked : user.Pending ? Waiting : Active;
}
