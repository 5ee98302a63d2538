using Microsoft.AspNetCore.SignalR;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Link;

/// <summary>Tells the broker how servers and queue stand, as long as a control connection lasts: looked at once a second, told when something has changed.</summary>
internal sealed class StatusReporter(IStatusSource source, TimeProvider time)
{
    /// <summary>Between two looks, 1 s: what people see of a queue need not be newer.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Reports until cancelled, or until a report does not arrive. Never throws.</summary>
    /// <param name="broker">The broker's end.</param>
    /// <param name="cancellationToken">The control connection is over.</param>
    public async Task RunAsync(IConnectorHub broker, CancellationToken cancellationToken)
    {
        ConnectorStatus? told = null;
        try
        {
            while (true)
            {
                var current = source.Current;
                // One that is not taken by then goes the way of the control connection, whose clock it is.
                if (told is null || !current.IsSameAs(told))
                {
                    await broker.ReportStatus(told is null ? current : WithoutKnownModels(current, told)).WaitAsync(ControlContract.Timeout, time, cancellationToken);
                    told = current;
                }

                await Task.Delay(Period, time, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException or HubException or IOException or InvalidOperationException)
        {
            // It is for people's eyes alone: requests go on, and the next control connection begins anew.
        }
    }

    // A hub's server has hundreds of models, and its load changes every second.
    private static ConnectorStatus WithoutKnownModels(ConnectorStatus current, ConnectorStatus told) => current with
    {
        Servers = [.. current.Servers.Select(server => told.Servers.FirstOrDefault(known => known.Name == server.Name) is { } known && server.HasModelsOf(known) ? server with { Models = null } : server)],
    };
}
