using RemoteLlm.Broker.OpenApi;
using RemoteLlm.EndToEnd.Tests.Clients;

namespace RemoteLlm.EndToEnd.Tests.Errors;

/// <summary>Every error as the real SDKs raise it, and whether they try again: <c>tests/clients/errors.mjs</c>, check by check.</summary>
public sealed class NpmErrorTests(ErrorStage stage) : IClassFixture<ErrorStage>
{
    [Fact]
    public async Task npm_sdks_raise_every_error()
    {
        foreach (var package in (string[])["openai", "@anthropic-ai/sdk", "ollama"])
            NodeScript.Needs(package);

        // Each error as each of the three raises it; whether each tries again.
        await NodeScript.Passes("errors.mjs", checks: (3 * ErrorCatalogue.All.Count) + 3, ("STAGE", stage.Url.ToString()));
    }
}
