using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Observability.Requests;

/// <summary>A request as it stands now: metadata alone.</summary>
/// <param name="Id">The broker's own id, by which it is cancelled.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Operation">What was asked for, such as <c>chat</c>.</param>
/// <param name="StartedAt">When it came.</param>
/// <param name="User">Who asks.</param>
/// <param name="Key">What its owner calls the key.</param>
/// <param name="Model">The model; null while its body is read.</param>
/// <param name="Connector">Where it is; null while it waits for a connector.</param>
/// <param name="Server">The LLM server that answers; null before it does.</param>
/// <param name="Queue">Its place in the connector's queue; null when it does not wait there, or the connector does not tell.</param>
/// <param name="FirstByte">From the arrival to the first byte of the answer's body; null before that.</param>
/// <param name="Running">Since the arrival.</param>
/// <param name="Bytes">Bytes of the answer so far.</param>
/// <param name="IsCancelled">An operator has ended it, and it is about to be over.</param>
internal sealed record RunningRequest(
    string Id,
    string Label,
    string Operation,
    DateTimeOffset StartedAt,
    string User,
    string Key,
    string? Model,
    string? Connector,
    string? Server,
    WaitingRequest? Queue,
    TimeSpan? FirstByte,
    TimeSpan Running,
    long Bytes,
    bool IsCancelled);
