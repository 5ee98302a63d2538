using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Connector.Link;
using RemoteLlm.Connector.Observability.Events;
using RemoteLlm.Hosting.Draining;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Connector.Status;

/// <summary><c>GET /status</c>: see <see cref="StatusReport"/>.</summary>
internal sealed class StatusEndpoint(
    ConnectorStart start, StatusBook book, RelayEvents events, LinkState link, ConnectorOptions options, InFlightRequests inFlight, IServerStandings servers) : IManagementEndpoint
{
    public string Path => StatusReport.Path;

    public string[] Methods => ["GET", "HEAD"];

    public Task Answer(HttpContext context) =>
        context.Text(StatusCodes.Status200OK, JsonSerializer.Serialize(Report(), StatusJson.Options) + "\n", "application/json");

    private StatusReport Report()
    {
        var standings = servers.Standings;
        return new StatusReport
        {
            Version = SoftwareVersion.Text,
            Pid = Environment.ProcessId,
            Started = start.At,
            Uptime = (long)start.Uptime.TotalSeconds,
            Link = new LinkStanding(options.Link?.Broker.Base.ToString(), link.ControlUp && link.ChannelsUp > 0)
            {
                ConnectorId = link.ConnectorId,
                Channels = link.ChannelsUp,
                Problem = options.Link is null ? null : link.Problem,
            },
            Active = inFlight.Count,
            Waiting = standings.Sum(server => server.Waiting),
            EventsDropped = events.Dropped,
            Servers = standings,
            Total = book.Total,
            Rows = book.Rows,
        };
    }
}
