namespace RemoteLlm.EndToEnd.Tests.Clients;

/// <summary>OpenAI's own SDK for JavaScript against both halves: <c>tests/clients/openai.mjs</c>, check by check.</summary>
public sealed class NpmOpenAiTests
{
    [Fact]
    public async Task npm_openai_sdk()
    {
        NodeScript.Needs("openai");
        await using var replayed = await ReplayedCluster.Start();

        await NodeScript.Passes("openai.mjs", checks: 39, [("BASE_URL", new Uri(replayed.Cluster.Url, "v1").ToString()), .. ReplayedCluster.ForScripts]);
    }
}
