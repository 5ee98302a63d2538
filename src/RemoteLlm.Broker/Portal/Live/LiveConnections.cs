namespace RemoteLlm.Broker.Portal.Live;

/// <summary>The live connections of all open pages.</summary>
internal sealed class LiveConnections
{
    /// <summary>How many one login may have: a page each.</summary>
    public const int PerSession = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LiveConnection> _open = new(StringComparer.Ordinal);
    private bool _closed;

    /// <summary>Takes one in.</summary>
    /// <returns>False when its login has as many as it may, and once all are closed.</returns>
    public bool TryAdd(LiveConnection connection)
    {
        lock (_gate)
            return HasRoom_NeedsLock(connection.Viewer.Session) && _open.TryAdd(connection.Id, connection);
    }

    /// <summary>Whether a login may have another.</summary>
    public bool HasRoom(string session)
    {
        lock (_gate)
            return HasRoom_NeedsLock(session);
    }

    public LiveConnection? Find(string id)
    {
        lock (_gate)
            return _open.GetValueOrDefault(id);
    }

    public void Remove(string id)
    {
        lock (_gate)
            _open.Remove(id);
    }

    /// <summary>Those that follow a subject.</summary>
    public IReadOnlyList<string> Following(string subject)
    {
        lock (_gate)
            return _open.Count == 0 ? [] : [.. _open.Values.Where(connection => connection.Subjects.Contains(subject)).Select(connection => connection.Id)];
    }

    /// <summary>Ends those of which something is true.</summary>
    public void End(Predicate<LiveConnection> which)
    {
        List<LiveConnection> ended;
        lock (_gate)
            ended = [.. _open.Values.Where(connection => which(connection))];
        foreach (var connection in ended)
            connection.Abort();
    }

    /// <summary>Ends all, and takes no more: a page dials again at once, and the server that stops would wait for it.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
        End(static _ => true);
    }

    private bool HasRoom_NeedsLock(string session) => !_closed && _open.Values.Count(connection => connection.Viewer.Session == session) < PerSession;
}
