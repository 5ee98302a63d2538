using RemoteLlm.Cli.Running;

namespace RemoteLlm.Cli.Commands;

/// <summary>What a running connector says of its servers.</summary>
/// <param name="Servers">Each of them.</param>
internal sealed record LiveServers(IReadOnlyList<LiveServer> Servers)
{
    /// <summary>Asks the connector that runs with the data folder; null where there is none.</summary>
    public static async Task<LiveServers?> AskAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            var connector = await RunningConnector.OfFolderAsync(folder, cancellationToken);
            return new LiveServers([.. connector.Report.Servers.Select(server =>
                new LiveServer(server.Name, server.Running, server.Waiting, server.Slots, server.Latency * 1000, server.Healthy, server.Problem))]);
        }
        catch (Exception exception) when (exception is CommandException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public LiveServer? Find(string name) => Servers.FirstOrDefault(server => server.Name == name);
}

/// <summary>One server as the connector knows it now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Running">Requests that it works on.</param>
/// <param name="Waiting">Requests that wait for it.</param>
/// <param name="Slots">Requests that it may work on at once.</param>
/// <param name="P50Ms">Usual time to its first byte, milliseconds; null before the first answers.</param>
/// <param name="Healthy">Whether requests go there.</param>
/// <param name="Problem">Why not; null when they do.</param>
internal sealed record LiveServer(string Name, int Running, int Waiting, int? Slots, double? P50Ms, bool Healthy, string? Problem);
