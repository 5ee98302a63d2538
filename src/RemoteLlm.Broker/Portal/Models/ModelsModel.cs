namespace RemoteLlm.Broker.Portal.Models;

/// <summary>The models page.</summary>
/// <param name="Rows">The models that whoever looks at it may use, by name; those that were searched for.</param>
/// <param name="Connectors">Connectors that are there.</param>
/// <param name="IsOperator">Whether he is an operator, who can do something about a page without models.</param>
/// <param name="Hidden">Models that are online and not open to him.</param>
/// <param name="Silent">Why connectors list no models, by connector.</param>
public sealed record ModelsModel(IReadOnlyList<ModelRow> Rows, int Connectors, bool IsOperator, int Hidden, IReadOnlyList<(string Connector, string Problem)> Silent)
{
    /// <summary>The page.</summary>
    public const string Path = "/models";

    /// <summary>How many models a list has that is read at a glance; with more, it can be searched.</summary>
    public const int Few = 8;

    /// <summary>What was searched for; empty for nothing.</summary>
    public string Search { get; init; } = "";

    /// <summary>How many models there are without the search.</summary>
    public int Total { get; init; }

    /// <summary>Whether the page has a field to search with.</summary>
    public bool CanSearch => Total > Few || Search.Length > 0;
}

/// <summary>One model.</summary>
/// <param name="Id">Its name in requests.</param>
/// <param name="State">Whether it can be used now.</param>
/// <param name="Connectors">Which connectors have it.</param>
public sealed record ModelRow(string Id, ModelState State, IReadOnlyList<string> Connectors)
{
    /// <summary>What is wrong, or when it opens again, in a sentence; null for nothing to say.</summary>
    public string? Remark { get; init; }

    /// <summary>When its owners share it again; null where they do, and where only they know.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>Most tokens of one request; null when unknown.</summary>
    public int? ContextLength { get; init; }

    /// <summary>What it can do, in words; empty when unknown.</summary>
    public IReadOnlyList<string> Abilities { get; init; } = [];

    /// <summary>Whether one can chat with it, as far as is known.</summary>
    public bool Chats { get; init; }

    /// <summary>Size and form, such as <c>8.0B Q4_K_M</c>; null when unknown.</summary>
    public string? Build { get; init; }

    /// <summary>Whether it is in memory somewhere; null when unknown.</summary>
    public bool? Loaded { get; init; }

    /// <summary>The load of the servers that have it; null when nobody tells.</summary>
    public ModelLoad? Load { get; init; }
}

/// <summary>The load of the servers that have a model. They may have others too, which share it.</summary>
/// <param name="Busy">Requests that they work on.</param>
/// <param name="Slots">How many they work on at once; null for no limit.</param>
/// <param name="Waiting">Requests that wait for them.</param>
/// <param name="Latency">How soon the quickest of them began to answer lately, seconds; null when unknown.</param>
public sealed record ModelLoad(int Busy, int? Slots, int Waiting, double? Latency)
{
    /// <summary>Whether a request would wait.</summary>
    public bool IsFull => Waiting > 0 || Busy >= Slots;
}

/// <summary>Whether a model can be used.</summary>
public enum ModelState
{
    /// <summary>A request is served at once, as far as is known.</summary>
    Ready,

    /// <summary>A request waits for its turn.</summary>
    Busy,

    /// <summary>Its owners do not share it now.</summary>
    Paused,

    /// <summary>Its servers are not well.</summary>
    Down,

    /// <summary>Its connectors are known but not reachable at this moment.</summary>
    Away,
}
