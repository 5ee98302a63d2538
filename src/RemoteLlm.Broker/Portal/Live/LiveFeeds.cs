using Microsoft.Extensions.Hosting;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Observability.Requests;
using RemoteLlm.Broker.Portal.Enrolling;

namespace RemoteLlm.Broker.Portal.Live;

/// <summary>Tells the subjects of what changes in parts that know nothing of pages.</summary>
internal sealed class LiveFeeds(SessionRegistry registry, ConnectorSessions sessions, AccessFiles files, LiveRequests requests, Enrolments enrolments, LiveSubjects subjects) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        files.UsersChanged += OnUsers;
        files.ConnectorsChanged += OnConnectors;
        sessions.StatusReported += OnStatus;
        requests.Changed += OnRequests;
        enrolments.Changed += OnEnrolments;
        try
        {
            for (var changed = registry.Changed; ;)
            {
                await changed.WaitAsync(stoppingToken);
                changed = registry.Changed;
                subjects.Changed(LiveSubject.ModelNames);
                OnSessions();
            }
        }
        finally
        {
            files.UsersChanged -= OnUsers;
            files.ConnectorsChanged -= OnConnectors;
            sessions.StatusReported -= OnStatus;
            requests.Changed -= OnRequests;
            enrolments.Changed -= OnEnrolments;
        }
    }

    private void OnSessions()
    {
        subjects.Changed(LiveSubject.Models);
        subjects.Changed(LiveSubject.Connectors);
    }

    private void OnStatus()
    {
        OnSessions();
        // Places in queues stand there too.
        OnRequests();
    }

    private void OnRequests() => subjects.Changed(LiveSubject.Requests);

    private void OnEnrolments()
    {
        subjects.Changed(LiveSubject.Enrolments);
        // One that has fetched its token is among the others from now on.
        OnConnectors();
    }

    private void OnUsers() => subjects.Changed(LiveSubject.Users);

    private void OnConnectors() => subjects.Changed(LiveSubject.Connectors);
}
