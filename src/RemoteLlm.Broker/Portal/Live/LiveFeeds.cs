using Microsoft.Extensions.Hosting;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Connectors;

namespace RemoteLlm.Broker.Portal.Live;

/// <summary>Tells the subjects of what changes in parts that know nothing of pages.</summary>
internal sealed class LiveFeeds(SessionRegistry sessions, AccessFiles files, LiveSubjects subjects) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        files.UsersChanged += OnUsers;
        files.ConnectorsChanged += OnConnectors;
        try
        {
            while (true)
            {
                await sessions.Changed.WaitAsync(stoppingToken);
                subjects.Changed(LiveSubject.Models);
                subjects.Changed(LiveSubject.Connectors);
            }
        }
        finally
        {
            files.UsersChanged -= OnUsers;
            files.ConnectorsChanged -= OnConnectors;
        }
    }

    private void OnUsers() => subjects.Changed(LiveSubject.Users);

    private void OnConnectors() => subjects.Changed(LiveSubject.Connectors);
}
