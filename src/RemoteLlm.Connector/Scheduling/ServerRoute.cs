using RemoteLlm.Connector.Servers;

namespace RemoteLlm.Connector.Scheduling;

/// <summary>A way to serve a request: a server, and the model's name there.</summary>
/// <param name="Server">The server.</param>
/// <param name="Model">The model's name at the server; null for a request that names none.</param>
internal readonly record struct ServerRoute(LlmServer Server, string? Model);
