using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;

namespace RemoteLlm.Broker.Api;

/// <summary>The endpoints that the broker answers itself, from what its connectors report and from what it is.</summary>
internal static class BrokerEndpoints
{
    /// <summary>What is served, for programs.</summary>
    public static ApiEndpoint Document { get; } = new("openapi", Dialect.OpenAi, "/openapi.json") { Method = "GET", Summary = "This description, as OpenAPI 3.1." };

    /// <summary>What is served, for people.</summary>
    public static ApiEndpoint Docs { get; } = new("docs", Dialect.OpenAi, "/docs") { Method = "GET", Summary = "This description, as a page." };

    /// <summary>All of them, those of every edge among them.</summary>
    public static IReadOnlyList<ApiEndpoint> All { get; } = [.. OwnEndpoints.All, Document, Docs];
}
