namespace RemoteLlm.Broker.Portal.Operators.Requests;

/// <summary>The requests that run and those that ran.</summary>
/// <param name="Filter">Which are shown.</param>
/// <param name="Running">Those that run, the newest first.</param>
/// <param name="Recent">Those that are over, the newest first.</param>
/// <param name="Hidden">How many more of those are known that the filter lets through.</param>
/// <param name="Users">Whom one can filter by.</param>
/// <param name="Models">Which models.</param>
/// <param name="Connectors">Which connectors.</param>
public sealed record RequestsModel(
    RequestFilter Filter,
    IReadOnlyList<RequestRow> Running,
    IReadOnlyList<RequestRow> Recent,
    int Hidden,
    IReadOnlyList<string> Users,
    IReadOnlyList<string> Models,
    IReadOnlyList<string> Connectors)
{
    /// <summary>How many of those that are over are shown at first.</summary>
    public const int Latest = 50;
}

/// <summary>One request: metadata alone.</summary>
/// <param name="Id">The broker's own id.</param>
/// <param name="Label">What its client calls it.</param>
/// <param name="Operation">What was asked for.</param>
/// <param name="StartedAt">When it came.</param>
/// <param name="User">Who.</param>
/// <param name="Key">By which key.</param>
/// <param name="Model">Which model; empty while that is not known.</param>
/// <param name="Connector">Where; empty for nowhere.</param>
/// <param name="Server">At which LLM server there; null while that is not known.</param>
/// <param name="State">How it stands or what came of it, in a few words.</param>
/// <param name="Tone">The badge's tone; null for none.</param>
/// <param name="Detail">What more there is to say of that; null for nothing.</param>
/// <param name="FirstToken">From the arrival to the first byte of the answer; null when there was none.</param>
/// <param name="Duration">Since the arrival, or from there to the end.</param>
/// <param name="Tokens">Tokens of prompt and answer; null while they are not known.</param>
/// <param name="CanCancel">Whether it can be cancelled.</param>
public sealed record RequestRow(
    string Id,
    string Label,
    string Operation,
    DateTimeOffset StartedAt,
    string User,
    string Key,
    string Model,
    string Connector,
    string? Server,
    string State,
    string? Tone,
    string? Detail,
    TimeSpan? FirstToken,
    TimeSpan Duration,
    (long Prompt, long Completion)? Tokens,
    bool CanCancel)
{
    /// <summary>The end of the id: enough to tell it from others.</summary>
    public string ShortId => Label.Length <= 12 ? Label : "…" + Label[^8..];
}
