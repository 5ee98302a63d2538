using Microsoft.Extensions.Hosting;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Portal.Signin.Logins;

namespace RemoteLlm.Broker.Portal.Live;

/// <summary>Ends live connections with their logins, and when a user has another role: at once, and looked at now and then, since a login's time runs out without a word.</summary>
internal sealed class LiveLogins(LiveConnections connections, PortalLogins logins, EndedLogins ended, AccessFiles files, IHostApplicationLifetime lifetime, TimeProvider time) : IHostedService, IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(30);

    private ITimer? _timer;
    private CancellationTokenRegistration _stopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        files.UsersChanged += Look;
        ended.Ended += Look;
        // Not in StopAsync: Kestrel is stopped before that, and waits for them.
        _stopping = lifetime.ApplicationStopping.Register(connections.Close);
        _timer = time.CreateTimer(static self => ((LiveLogins)self!).Look(), this, s_look, s_look);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        files.UsersChanged -= Look;
        ended.Ended -= Look;
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _stopping.Dispose();
    }

    private void Look() => connections.End(connection => !(logins.Find(connection.Login) is { User.Pending: false } now && now.IsOperator == connection.Viewer.IsOperator));
}
