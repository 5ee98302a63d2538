using System.Text.Json.Serialization;

namespace RemoteLlm.Protocol.Control;

/// <summary>How a connector's servers and its queue stand, for people who look at the broker's pages: metadata only. Nothing is routed by it.</summary>
/// <param name="Servers">The LLM servers, in the order of the connector's registry; at most <see cref="MaxServers"/>.</param>
/// <param name="Waiting">Requests that wait for a slot and came through this broker; at most <see cref="MaxWaiting"/>.</param>
public sealed record ConnectorStatus(IReadOnlyList<ServerStatus> Servers, IReadOnlyList<WaitingRequest> Waiting)
{
    /// <summary>The first version of the control contract that has it.</summary>
    public const int SinceVersion = 3;

    /// <summary>More servers than this are not told.</summary>
    public const int MaxServers = 200;

    /// <summary>More requests than this are not told.</summary>
    public const int MaxWaiting = 1000;

    /// <summary>Whether it says the same.</summary>
    public bool IsSameAs(ConnectorStatus other) =>
        Waiting.SequenceEqual(other.Waiting) && Servers.Count == other.Servers.Count && Servers.Zip(other.Servers).All(static pair => pair.First.IsSameAs(pair.Second));
}

/// <summary>One LLM server.</summary>
/// <param name="Name">Its name in the connector's registry.</param>
/// <param name="Kind">What it is, such as <c>ollama</c>.</param>
/// <param name="Healthy">Whether it gets requests.</param>
public sealed record ServerStatus(string Name, string Kind, bool Healthy)
{
    /// <summary>Why it gets none, in a sentence without addresses; null while it is well.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Problem { get; init; }

    /// <summary>Requests that it works on at once; null for no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Slots { get; init; }

    /// <summary>Requests that it works on, those of the connector's own network among them.</summary>
    public int Busy { get; init; }

    /// <summary>Requests that wait and that it could serve; one that several could serve counts at each of them.</summary>
    public int Waiting { get; init; }

    /// <summary>How long it took lately to the first byte of an answer, seconds; null when that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Latency { get; init; }

    /// <summary>Names of the models that it serves, as requests name them; null on the way where they are as in the status before over the same control connection.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Whether it says the same.</summary>
    public bool IsSameAs(ServerStatus other) =>
        this with { Models = null } == other with { Models = null } && HasModelsOf(other);

    /// <summary>Whether its models are the same.</summary>
    public bool HasModelsOf(ServerStatus other) =>
        ReferenceEquals(Models, other.Models) || (Models is not null && other.Models is not null && Models.SequenceEqual(other.Models, StringComparer.Ordinal));
}

/// <summary>A request that waits for a slot.</summary>
/// <param name="Id">The broker's own id of it, as it came in <see cref="TunnelHeaders.BillingId"/>.</param>
/// <param name="Place">Its place in the fair order of the server at which it will be served soonest, 1 for the next one.</param>
/// <param name="Wait">What is still to wait, whole seconds; null when that is not known.</param>
public sealed record WaitingRequest(string Id, int Place, int? Wait);
