using RemoteLlm.Protocol.Dialects.Streams;

namespace RemoteLlm.Protocol.Dialects.Endpoints;

/// <summary>One endpoint that is relayed. What is sent on is <see cref="Path"/>, a constant of ours, never text of a client.</summary>
/// <param name="Operation">Its name in logs and metrics, as OpenTelemetry's GenAI conventions have it where they name one.</param>
/// <param name="Dialect">The API family.</param>
/// <param name="Path">The path, the same at the edge, inside the tunnel and, but for rerank, at the LLM server.</param>
public sealed record ApiEndpoint(string Operation, Dialect Dialect, string Path)
{
    /// <summary>The one method it takes.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>Other paths by which clients ask for the same.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>How the body is written.</summary>
    public RequestFormat Request { get; init; } = RequestFormat.Json;

    /// <summary>Another member that names the model where there is no <c>model</c>; null for none.</summary>
    public string? ModelAlias { get; init; }

    /// <summary>How it streams, if it does.</summary>
    public StreamFormat Stream { get; init; } = StreamFormat.None;

    /// <summary>Whether it streams when the body says nothing about it, as Ollama does.</summary>
    public bool StreamsByDefault { get; init; }

    /// <summary>What the connector does besides relaying.</summary>
    public EndpointRole Role { get; init; } = EndpointRole.Relay;

    /// <summary>One sentence for people: what it does.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Whether a request with this <c>stream</c> member, null where it has none, is answered by a stream.</summary>
    public bool Streams(bool? asked) => Stream != StreamFormat.None && (asked ?? StreamsByDefault);
}
