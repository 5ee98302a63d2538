using System.Diagnostics;

namespace RemoteLlm.EndToEnd.Tests.Clients;

/// <summary>OpenAI's own SDK for JavaScript against both halves: <c>tests/clients/openai.mjs</c>, check by check.</summary>
public sealed class NpmOpenAiTests
{
    [Fact]
    public async Task npm_openai_sdk()
    {
        var node = Need.Tool("node");
        var folder = Path.Combine(Repository.Root, "tests", "clients");
        Need.That(Directory.Exists(Path.Combine(folder, "node_modules", "openai")), "the npm packages are missing: run `npm ci` in tests/clients");
        await using var replayed = await ReplayedCluster.Start();

        var start = new ProcessStartInfo(node, "openai.mjs") { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["BASE_URL"] = new Uri(replayed.Cluster.Url, "v1").ToString();
        start.Environment["API_KEY"] = TestUsers.AliceKey;
        start.Environment["LIMITED_KEY"] = ReplayedCluster.LimitedKey;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).OrHang();
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        var report = await output + await errors;
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        Assert.True(process.ExitCode == 0, report);
        // As many checks as there are: a script that ends early has proved nothing.
        Assert.Equal(13, report.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }
}
