using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using RemoteLlm.EndToEnd.Tests.Portal;

namespace RemoteLlm.EndToEnd.Tests.Clients;

/// <summary>What the Connect page tells people to copy, taken from the page and run as it stands there.</summary>
public sealed partial class SnippetTests
{
    private static readonly (string, string) s_key = ("REMOTELLM_API_KEY", TestUsers.AliceKey);

    [Theory]
    [InlineData("node", 2, "openai", "replay-demo", "Hello! Your prompt went to the RemoteLlm broker")]
    [InlineData("ollama", 3, "ollama", "replay-ollama", "Hello from a cassette in the form of Ollama.")]
    public async Task Lines_for_JavaScript_print_the_answer(string client, int step, string package, string model, string answer)
    {
        NodeScript.Needs(package);
        await using var replayed = await Start();

        var printed = await NodeScript.Prints(await Snippet(replayed, client, step, model), s_key);

        Assert.Contains(answer, printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_for_curl_print_the_stream_to_its_end()
    {
        Need.Tool("curl");
        await using var replayed = await Start();

        var printed = await Program.Prints(new ProcessStartInfo(Need.Tool("sh")), await Snippet(replayed, "curl", 2, "replay-demo"), s_key);

        Assert.EndsWith("data: [DONE]", printed.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_of_opencode_work_in_the_package_that_they_name()
    {
        NodeScript.Needs("@ai-sdk/openai-compatible");
        await using var replayed = await Start();

        await NodeScript.Passes("opencode.mjs", checks: 2, ("CONFIG", await Snippet(replayed, "opencode", 2, "replay-demo")), s_key);
    }

    private static Task<ReplayedCluster> Start() => ReplayedCluster.Start(options => options.Portal.DevLogin = true);

    private static async Task<string> Snippet(ReplayedCluster replayed, string client, int step, string model)
    {
        using var browser = await PortalClient.LoggedIn(replayed.Cluster, "alice");
        var page = await browser.Page($"/connect?client={client}&model={model}");
        var found = Step().Matches(page).Single(match => match.Groups["step"].Value == $"{step}");
        return WebUtility.HtmlDecode(found.Groups["text"].Value);
    }

    [GeneratedRegex("<pre id=\"step-(?<step>[0-9]+)\"[^>]*><code>(?<text>[^<]*)</code>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Step();
}
