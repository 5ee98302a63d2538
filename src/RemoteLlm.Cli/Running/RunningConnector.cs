using System.Globalization;
using System.Text.Json;
using RemoteLlm.Connector.Status;

namespace RemoteLlm.Cli.Running;

/// <summary>What a connector that runs on this machine says of itself.</summary>
/// <param name="Management">Its management port.</param>
/// <param name="Report">Its report.</param>
internal sealed record RunningConnector(Uri Management, StatusReport Report)
{
    // It answers from memory.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks the connector whose run file is in the folder.</summary>
    /// <exception cref="CommandException">None runs there; the message says what to do.</exception>
    public static async Task<RunningConnector> OfFolderAsync(string folder, CancellationToken cancellationToken)
    {
        var file = RunFile.Read(folder)
            ?? throw new CommandException($"No connector runs with the data folder {folder}: start one with \"remotellm connector\", or say --data or --management.");
        var (report, problem) = Uri.TryCreate(file.Management, UriKind.Absolute, out var management) ? await AskAsync(management, cancellationToken) : (null, "its address is none");
        // Another process may have got the port since.
        if (report is null || report.Pid != file.Pid)
        {
            throw new CommandException(string.Create(
                CultureInfo.InvariantCulture,
                $"The connector of {folder} (process {file.Pid}) does not run any more: {file.Management} {problem ?? "is another's now"}. Start it with \"remotellm connector\"."));
        }

        return new RunningConnector(management!, report);
    }

    /// <summary>Asks the connector at that address.</summary>
    /// <exception cref="CommandException">None answers there; the message says what to do.</exception>
    public static async Task<RunningConnector> AtAsync(Uri management, CancellationToken cancellationToken)
    {
        var (report, problem) = await AskAsync(management, cancellationToken);
        return report is null
            ? throw new CommandException($"No connector answers: {management} {problem}. Give --management the address that the connector logs as \"Management is on\".")
            : new RunningConnector(management, report);
    }

    private static async Task<(StatusReport? Report, string? Problem)> AskAsync(Uri management, CancellationToken cancellationToken)
    {
        // No proxy of the environment: the port is on this machine, or on the network that it is called by.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = s_patience, MaxResponseContentBufferSize = 16 << 20 };
        try
        {
            using var answer = await client.GetAsync(new Uri(management, StatusReport.Path), cancellationToken);
            if (!answer.IsSuccessStatusCode)
                return (null, string.Create(CultureInfo.InvariantCulture, $"answers {(int)answer.StatusCode} to {StatusReport.Path}"));
            return JsonSerializer.Deserialize<StatusReport>(await answer.Content.ReadAsByteArrayAsync(cancellationToken), StatusJson.Options) is { } report
                ? (report, null)
                : (null, "is no connector's management port");
        }
        catch (JsonException)
        {
            return (null, "is no connector's management port");
        }
        catch (HttpRequestException)
        {
            return (null, "does not answer");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, "does not answer in time");
        }
    }
}
