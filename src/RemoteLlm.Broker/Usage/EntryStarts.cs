using RemoteLlm.Broker.Access;

namespace RemoteLlm.Broker.Usage;

/// <summary>
/// Since when a user's name is that of the person who has it now: from when his entry was made. What was asked under the name before that was another's, whose entry an operator has removed; it is
/// neither shown to him nor counted to his budget. By the moment, not the day: both times are the broker's clock.
/// </summary>
/// <remarks>
/// No user can make an entry younger: only operators remove entries, and signing up finds the entry that is there. Where nobody knows when an entry was made, where that is still to come (a slip of
/// whoever typed it) and where a key of the environment had the name before, all that was used under the name counts.
/// </remarks>
internal sealed class EntryStarts(AccessFiles files, TimeProvider time)
{
    /// <summary>From this moment on, Unix ms; 0 for always.</summary>
    /// <param name="user">The user, whatever the name's case.</param>
    public long Of(string user)
    {
        if (files.Users.FindUser(user) is not { CreatedAt: { } made } entry || made > time.GetUtcNow())
            return 0;
        foreach (var key in entry.Keys)
        {
            if (!key.IsListed)
                return 0;
        }

        return made.ToUnixTimeMilliseconds();
    }
}
