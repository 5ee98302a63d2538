using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>A request that wants a slot somewhere. Everything is asked of it under the dispatcher's gate: it must be quick and must not wait.</summary>
internal interface ISlotSeeker
{
    /// <summary>In whose name. Does not change.</summary>
    SlotAsker Asker { get; }

    /// <summary>Where the request goes as things stand now.</summary>
    Placement Place();

    /// <summary>The servers that it waits for, as of the last <see cref="Place"/> and until the next; empty when it waits for none.</summary>
    IReadOnlyList<LlmServer> Awaited { get; }

    /// <summary>What the request will take at a server.</summary>
    ServerWork WorkAt(LlmServer server);
}
