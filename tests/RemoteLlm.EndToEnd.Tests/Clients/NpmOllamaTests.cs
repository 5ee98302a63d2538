namespace RemoteLlm.EndToEnd.Tests.Clients;

/// <summary>Ollama's own library for JavaScript against both halves: <c>tests/clients/ollama.mjs</c>, check by check.</summary>
public sealed class NpmOllamaTests
{
    [Fact]
    public async Task npm_ollama_library()
    {
        NodeScript.Needs("ollama");
        await using var replayed = await ReplayedCluster.Start();

        await NodeScript.Passes("ollama.mjs", checks: 22, [("BASE_URL", replayed.Cluster.Url.ToString()), .. ReplayedCluster.ForScripts]);
    }
}
