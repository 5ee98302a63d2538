using Microsoft.Extensions.Hosting;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Signin.Logins;

namespace RemoteLlm.Broker.Portal.Live;

/// <summary>The live connections of all open pages. One ends when its login does, and when its user is blocked or has another role.</summary>
internal sealed class LiveConnections(AccessFiles files, PortalLogins logins, TimeProvider time) : IHostedService, IDisposable
{
    /// <summary>How many one login may have: a page each.</summary>
    public const int PerSession = 8;

    /// <summary>How often logins are looked at beside every change of <c>users.yaml</c>: what ends a login is not always written there.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LiveConnection> _open = new(StringComparer.Ordinal);
    private ITimer? _timer;

    /// <summary>Takes one in.</summary>
    /// <returns>False when its login has as many as it may.</returns>
    public bool TryAdd(LiveConnection connection)
    {
        lock (_gate)
        {
            return CountOf_NeedsLock(connection.Viewer.Session) < PerSession && _open.TryAdd(connection.Id, connection);
        }
    }

    /// <summary>Whether a login may have another.</summary>
    public bool HasRoom(string session)
    {
        lock (_gate)
            return CountOf_NeedsLock(session) < PerSession;
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

    /// <summary>Ends those whose login is no longer good, or no longer what it was.</summary>
    public void Recheck()
    {
        List<LiveConnection> ended;
        lock (_gate)
        {
            ended = [.. _open.Values.Where(connection => !IsGood(connection))];
        }

        foreach (var connection in ended)
            connection.Abort();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        files.UsersChanged += Recheck;
        _timer = time.CreateTimer(static connections => ((LiveConnections)connections!).Recheck(), this, Look, Look);
        return Task.CompletedTask;
    }

    // Kestrel would wait for them.
    public Task StopAsync(CancellationToken cancellationToken)
    {
        files.UsersChanged -= Recheck;
        _timer?.Dispose();
        lock (_gate)
        {
            foreach (var connection in _open.Values)
                connection.Abort();
        }

        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private bool IsGood(LiveConnection connection) =>
        logins.Find(connection.Login) is { User.Pending: false } now && now.IsOperator == connection.Viewer.IsOperator;

    private int CountOf_NeedsLock(string session) => _open.Values.Count(connection => connection.Viewer.Session == session);
}
