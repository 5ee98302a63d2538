namespace RemoteLlm.Broker.Usage;

/// <summary>Why a record does not count.</summary>
/// <param name="Kind">For metrics: a word of a closed set.</param>
/// <param name="Reason">For the connector's log: a sentence.</param>
internal sealed record UsageFault(string Kind, string Reason);
