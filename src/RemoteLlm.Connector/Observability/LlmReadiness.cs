using RemoteLlm.Connector.Servers;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Connector.Observability;

/// <summary>Whether the LLM server answers, as of the last look at its models.</summary>
internal sealed class LlmReadiness(LlmServer server) : IReadinessCheck
{
    public string Name => "llm";

    public ValueTask<Readiness> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(server.State switch
    {
        { Reachable: false } down => Readiness.NotReady(down.LastError ?? "not looked at yet"),
        { Models.Count: 0 } => Readiness.NotReady("the LLM server answers but lists no model"),
        var up => Readiness.Ready($"{up.Models.Count} models"),
    });
}
