namespace RemoteLlm.Connector.Status;

/// <summary>How the servers stand now, for reports. Whoever keeps the registry gives it.</summary>
internal interface IServerStandings
{
    /// <summary>One of each server, in the order of the registry. Cheap: it asks no server.</summary>
    IReadOnlyList<ServerStanding> Standings { get; }
}

/// <summary>How a server stands now.</summary>
/// <param name="Name">Its name in the registry.</param>
/// <param name="Kind">What it is, as written in the registry.</param>
/// <param name="Url">Where it is; never with a credential.</param>
public sealed record ServerStanding(string Name, string Kind, string Url)
{
    /// <summary>Whether it gets requests.</summary>
    public bool Healthy { get; init; }

    /// <summary>Why not, in a sentence; null when it is well.</summary>
    public string? Problem { get; init; }

    /// <summary>How many models it serves.</summary>
    public int Models { get; init; }

    /// <summary>Requests that it works on.</summary>
    public int Running { get; init; }

    /// <summary>Requests that it works on at once; null for no limit.</summary>
    public int? Slots { get; init; }

    /// <summary>Requests that wait and that it could serve; one that several could serve counts at each of them.</summary>
    public int Waiting { get; init; }

    /// <summary>Whose requests those are, in the order of each one's first.</summary>
    public IReadOnlyList<QueueStanding> Queue { get; init; } = [];

    /// <summary>How long it took lately to the first byte of an answer, seconds; null when that is not known.</summary>
    public double? Latency { get; init; }
}
