namespace RemoteLlm.EndToEnd.Tests.Clients;

/// <summary>Anthropic's own SDK for JavaScript against both halves: <c>tests/clients/anthropic.mjs</c>, check by check.</summary>
public sealed class NpmAnthropicTests
{
    [Fact]
    public async Task npm_anthropic_sdk()
    {
        NodeScript.Needs("@anthropic-ai/sdk");
        await using var replayed = await ReplayedCluster.Start();

        await NodeScript.Passes("anthropic.mjs", checks: 22, [("BASE_URL", replayed.Cluster.Url.ToString()), .. ReplayedCluster.ForScripts]);
    }
}
