using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>A request that wants a slot somewhere. Everything is asked of it under the dispatcher's gate: it must be quick and must not wait.</summary>
internal interface ISlotSeeker
{
    /// <summary>Where the request goes as things stand now.</summary>
    Placement Place();

    /// <summary>The servers that it waits for, as of the last <see cref="Place"/>; empty when it waits for none.</summary>
    IReadOnlyList<LlmServer> Awaited { get; }
}
