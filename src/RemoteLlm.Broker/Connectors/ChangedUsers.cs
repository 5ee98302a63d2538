namespace RemoteLlm.Broker.Connectors;

/// <summary>Whose figures have changed since they were told, and whether somebody is about to tell.</summary>
internal sealed class ChangedUsers
{
    private readonly Lock _gate = new();
    private HashSet<string> _users = new(StringComparer.Ordinal);
    private bool _all;
    private bool _underWay;

    /// <summary>Adds users; null for all. True when the caller is to see to it that they are told; otherwise somebody does already.</summary>
    public bool Add(IReadOnlySet<string>? users)
    {
        lock (_gate)
        {
            _all |= users is null;
            if (_all)
                _users.Clear();
            else
                _users.UnionWith(users!);
            return !_underWay && (_underWay = true);
        }
    }

    /// <summary>Takes what is to be told now; null for all. False when there is nothing: whoever told is done with it.</summary>
    public bool TryTake(out IReadOnlySet<string>? users)
    {
        lock (_gate)
        {
            users = _all ? null : _users;
            if (!_all && _users.Count == 0)
                return _underWay = false;
            (_users, _all) = (new HashSet<string>(StringComparer.Ordinal), false);
            return true;
        }
    }
}
