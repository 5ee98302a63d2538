using Microsoft.Extensions.Hosting;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Signin.Logins;

namespace RemoteLlm.Broker.Portal.Live;

/// <summary>Ends live connections with their logins, and when a user has another role: at once, and looked at now and then, since a login's time runs out without a word.</summary>
internal sealed class LiveLogins(LiveConnections connections, PortalLogins logins, EndedLogins ended, AccessFiles files, TimeProvider time) : IHostedService, IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(30);

    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        files.UsersChanged += Look;
        ended.Ended += Look;
        _timer = time.CreateTimer(static self => ((LiveLogins)self!).Look(), this, s_look, s_look);
        return Task.CompletedTask;
    }

    // Kestrel would wait for them.
    public Task StopAsync(CancellationToken cancellationToken)
    {
        files.UsersChanged -= Look;
        ended.Ended -= Look;
        Dispose();
        connections.End(static _ => true);
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Look() => connections.End(connection => !(logins.Find(connection.Login) is { User.Pending: false } now && now.IsOperator == connection.Viewer.IsOperator));
}
