namespace RemoteLlm.Protocol.Dialects.Endpoints;

/// <summary>One endpoint that is relayed. What is sent on is <see cref="Path"/>, a constant of ours, never text of a client.</summary>
/// <param name="Operation">Its name in logs and metrics, as OpenTelemetry's GenAI conventions have it where they name one.</param>
/// <param name="Dialect">The API family.</param>
/// <param name="Path">The path, the same at the edge, inside the tunnel and at the LLM server.</param>
public sealed record ApiEndpoint(string Operation, Dialect Dialect, string Path);
