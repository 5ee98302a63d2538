using RemoteLlm.Broker.Portal.Enrolling;

namespace RemoteLlm.Broker.Portal.Operators.Connectors;

/// <summary>The connectors that may sign in, and those that want to.</summary>
/// <param name="Pending">Those that wait for approval.</param>
/// <param name="Connectors">Those that may sign in, those that are there first.</param>
/// <param name="Command">What is run at a machine that is to become one.</param>
public sealed record ConnectorsModel(IReadOnlyList<Enrolment> Pending, IReadOnlyList<ConnectorCard> Connectors, string Command);

/// <summary>One connector.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Prefix">By what its token is recognised.</param>
/// <param name="CreatedAt">When it was added; null when that is not known.</param>
/// <param name="State">How it stands, in a few words.</param>
/// <param name="Tone">The badge's tone; null for none.</param>
public sealed record ConnectorCard(string Name, string Prefix, DateTimeOffset? CreatedAt, string State, string? Tone)
{
    /// <summary>When enrolment handed it its token, with which it has not connected since; null where it has, or where that is not known.</summary>
    public DateTimeOffset? AwaitedSince { get; init; }

    /// <summary>Its session; null while it is not there.</summary>
    public ConnectorFacts? Facts { get; init; }

    /// <summary>Its LLM servers; empty where it does not tell.</summary>
    public IReadOnlyList<ServerRow> Servers { get; init; } = [];

    /// <summary>Whether it tells of its servers.</summary>
    public bool TellsServers { get; init; }
}

/// <summary>What a session is like.</summary>
/// <param name="Software">The connector's release.</param>
/// <param name="Version">The version of the control contract.</param>
/// <param name="Address">Where it comes from.</param>
/// <param name="Since">When it was opened.</param>
/// <param name="Channels">Channels that are up.</param>
/// <param name="ChannelsOpen">Channels that live, those that wait for their next line among them.</param>
/// <param name="RoundTrip">The shortest last round trip of a channel; null when there was none yet.</param>
/// <param name="Resumes">How often a channel went on over a new line.</param>
/// <param name="Running">Requests inside the tunnel.</param>
/// <param name="Waiting">Of those, as the connector tells, how many wait for a slot; null where it does not.</param>
/// <param name="Models">How many models it serves.</param>
/// <param name="Problem">What it says is wrong with it; null for nothing.</param>
/// <param name="Sessions">How many sessions it has; more than one for a moment when it restarts.</param>
public sealed record ConnectorFacts(
    string Software,
    int Version,
    string Address,
    DateTimeOffset Since,
    int Channels,
    int ChannelsOpen,
    TimeSpan? RoundTrip,
    int Resumes,
    int Running,
    int? Waiting,
    int Models,
    string? Problem,
    int Sessions);

/// <summary>One LLM server of a connector.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Healthy">Whether it gets requests.</param>
/// <param name="Problem">Why not; null when it is well.</param>
/// <param name="Slots">Requests that it works on at once; null for no limit.</param>
/// <param name="Busy">Requests that it works on.</param>
/// <param name="Waiting">Requests that wait for it.</param>
/// <param name="Models">How many models it serves.</param>
/// <param name="FirstToken">How long it took lately to the first byte of an answer; null when that is not known.</param>
public sealed record ServerRow(string Name, string Kind, bool Healthy, string? Problem, int? Slots, int Busy, int Waiting, int Models, TimeSpan? FirstToken);
