using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Connector.Observability;

/// <summary>Whether any LLM server answers and has a model, as of the last looks.</summary>
internal sealed class LlmReadiness(ServerRegistry registry) : IReadinessCheck
{
    public string Name => "llm";

    public ValueTask<Readiness> CheckAsync(CancellationToken cancellationToken)
    {
        var servers = registry.Current.Servers;
        var up = servers.Where(static server => server.State.Reachable).ToList();
        return ValueTask.FromResult(
            servers.Count == 0 ? Readiness.NotReady("no LLM server is known: give --llm, or add one with `remotellm servers add`")
            : up.Count == 0 ? Readiness.NotReady(string.Join(" ", servers.Select(static server => server.State.LastError ?? $"{server.Name} has not been looked at yet.")))
            : up.TrueForAll(static server => server.State.Models.Count == 0) ? Readiness.NotReady("the LLM servers answer but list no model")
            : Readiness.Ready(string.Join(' ', servers.Except(up).Select(static server => server.State.LastError).OfType<string>()
                .Prepend($"{up.Count} of {servers.Count} servers, {up.Sum(static server => server.State.Models.Count)} models{(up.Count < servers.Count ? "." : "")}"))));
    }
}
