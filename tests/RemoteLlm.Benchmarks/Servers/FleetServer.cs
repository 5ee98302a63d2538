using RemoteLlm.Benchmarks.Processes;

namespace RemoteLlm.Benchmarks.Servers;

/// <summary>One of several LLM servers.</summary>
/// <param name="Name">What the connector calls it.</param>
/// <param name="Slots">Requests that it works on at once, where it is asked to hold to that.</param>
/// <param name="Process">The process.</param>
internal sealed record FleetServer(string Name, int Slots, ChildProcess Process)
{
    /// <summary>Its address.</summary>
    public Uri Url { get; set; } = null!;
}
