using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Metering;

/// <summary>What was learnt of one model.</summary>
/// <param name="Server">The server's name in the registry.</param>
/// <param name="Model">The model's name at that server.</param>
/// <param name="State">What was learnt.</param>
internal sealed record SavedModel(string Server, string Model, PromptLearnerState State);
