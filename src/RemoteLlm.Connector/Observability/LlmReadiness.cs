using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Connector.Observability;

/// <summary>Whether any LLM server answers and has a model, as of the last looks. A registry with an error serves on with its last good state: ready, with a remark that says where.</summary>
internal sealed class LlmReadiness(ServerRegistry registry, IEnumerable<ServersFile> files) : IReadinessCheck
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
            : Readiness.Ready(string.Join(' ', Remarks(servers, up))));
    }

    private IEnumerable<string> Remarks(IReadOnlyList<LlmServer> servers, List<LlmServer> up) =>
    [
        $"{up.Count} of {servers.Count} servers, {up.Sum(static server => server.State.Models.Count)} models.",
        .. servers.Except(up).Select(static server => server.State.LastError).OfType<string>(),
        .. files.Select(static file => file.Problem).OfType<FileProblem>().Select(static problem => $"The last good registry is in force: {problem}"),
    ];
}
