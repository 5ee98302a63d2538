using RemoteLlm.Broker.Access.Users;

namespace RemoteLlm.Broker.Connectors;

/// <summary>
/// Which users changed from one revision to the next, for the latest revisions: what a connector that has one of them is to be told. Of older ones, and of those of another broker process, it
/// knows nothing. Not safe for concurrent use.
/// </summary>
internal sealed class RosterHistory
{
    /// <summary>How many revisions back a connector may be: a busy hour of edits. Names are references, so that each costs a few bytes a user changed.</summary>
    public const int Kept = 128;

    private readonly Queue<Step> _steps = new();

    public RosterHistory(UserDirectory users)
    {
        Latest = users;
        _steps.Enqueue(new Step(users.Revision, []));
    }

    /// <summary>The latest users seen.</summary>
    public UserDirectory Latest { get; private set; }

    /// <summary>Takes the users of a later revision; others change nothing.</summary>
    public void Add(UserDirectory users)
    {
        if (users.Revision <= Latest.Revision)
            return;
        _steps.Enqueue(new Step(users.Revision, users.ChangedSince(Latest)));
        if (_steps.Count > Kept)
            _steps.Dequeue();
        Latest = users;
    }

    /// <summary>Names of the users who have changed since a revision; null when that is not known.</summary>
    public IReadOnlySet<string>? ChangedSince(long revision)
    {
        HashSet<string>? changed = null;
        foreach (var step in _steps)
        {
            changed?.UnionWith(step.Changed);
            if (step.Revision == revision)
                changed = new HashSet<string>(StringComparer.Ordinal);
        }

        return changed;
    }

    // The revision that it led to, and the names of the users who were not the same before.
    private sealed record Step(long Revision, HashSet<string> Changed);
}
