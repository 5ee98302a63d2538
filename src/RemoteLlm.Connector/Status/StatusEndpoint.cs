using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Access.Local;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Usage;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Connector.Status;

/// <summary><c>GET /status</c>: see <see cref="StatusReport"/>.</summary>
internal sealed class StatusEndpoint(
    ConnectorStart start, StatusBook book, RelayEvents events, LinkState link, InFlightRequests inFlight, IServerStandings servers, Dispatcher queue, LocalAccess local, UsageOutbox outbox, ConnectorOptions options) : IManagementEndpoint
{
    public string Path => StatusReport.Path;

    public string[] Methods => ["GET", "HEAD"];

    public Task Answer(HttpContext context) =>
        context.Text(StatusCodes.Status200OK, JsonSerializer.Serialize(Report(), StatusJson.Options) + "\n", "application/json");

    private StatusReport Report() => new()
    {
        Version = SoftwareVersion.Text,
        Pid = Environment.ProcessId,
        Started = start.At,
        Uptime = (long)start.Uptime.TotalSeconds,
        Link = options.Link is null ? null : new LinkStanding(options.Link.Broker.Base.ToString(), link.ControlUp && link.ChannelsUp > 0)
        {
            ConnectorId = link.ConnectorId,
            Channels = link.ChannelsUp,
            Problem = link.Problem,
        },
        Sharing = SharingReport.Of(local),
        Active = inFlight.Count,
        Waiting = queue.Waiting,
        UsageWaiting = outbox.Count,
        EventsDropped = events.Dropped,
        Servers = servers.Standings,
        Total = book.Total,
        Rows = book.Rows,
    };
}
