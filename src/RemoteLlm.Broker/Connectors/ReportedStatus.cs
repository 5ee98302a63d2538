using System.Collections.Frozen;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Connectors;

/// <summary>What a connector reported last of its servers and its queue, within bounds: it comes from another machine and is shown to people.</summary>
internal sealed class ReportedStatus
{
    private const int LongestName = 256;
    private const int LongestProblem = 500;

    private readonly FrozenDictionary<string, WaitingRequest> _waiting;

    private ReportedStatus(IReadOnlyList<ServerStatus> servers, IEnumerable<WaitingRequest> waiting)
    {
        Servers = servers;
        _waiting = waiting.DistinctBy(static one => one.Id, StringComparer.Ordinal).ToFrozenDictionary(static one => one.Id, StringComparer.Ordinal);
    }

    /// <summary>The servers; each has its models.</summary>
    public IReadOnlyList<ServerStatus> Servers { get; }

    /// <summary>Requests that wait there for a slot.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Where a request stands; null when it does not wait there.</summary>
    /// <param name="attemptId">The id under which it went there.</param>
    public WaitingRequest? Find(string attemptId) => _waiting.GetValueOrDefault(attemptId);

    /// <summary>Takes a report in.</summary>
    /// <param name="report">As it came.</param>
    /// <param name="before">The one before over the same control connection, which has the models that this one leaves out.</param>
    /// <returns>Null for one that makes no sense.</returns>
    public static ReportedStatus? Of(ConnectorStatus? report, ReportedStatus? before)
    {
        if (report is not { Servers: { } servers, Waiting: { } waiting })
            return null;
        return new ReportedStatus(
            [.. servers.Take(ConnectorStatus.MaxServers).Where(static server => IsName(server?.Name) && IsName(server!.Kind)).DistinctBy(static server => server.Name).Select(server => Bounded(server, before))],
            waiting.Take(ConnectorStatus.MaxWaiting).Where(static one => one is { Id.Length: > 0 and <= LongestName, Place: > 0 }));
    }

    private static ServerStatus Bounded(ServerStatus server, ReportedStatus? before) => server with
    {
        Problem = server.Problem is { Length: > LongestProblem } problem ? problem[..LongestProblem] : server.Problem,
        Slots = server.Slots is < 0 ? null : server.Slots,
        Busy = Math.Max(0, server.Busy),
        Waiting = Math.Max(0, server.Waiting),
        Latency = server.Latency is >= 0 and < 1e6 ? server.Latency : null,
        Models = server.Models is { } models
            ? [.. models.Where(IsName).Take(ModelInventory.MaxModels)]
            : before?.Servers.FirstOrDefault(known => known.Name == server.Name)?.Models ?? [],
    };

    private static bool IsName(string? text) => text is { Length: > 0 and <= LongestName } && !text.Any(char.IsControl);
}
