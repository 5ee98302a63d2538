using System.Text.Json;
using RemoteLlm.EndToEnd.Tests.Clients;

namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>axe-core's look at a page: what keeps people from using it who see or move in other ways.</summary>
internal static class Axe
{
    private const string Run = """
        async () => {
          const { violations } = await axe.run(document, { resultTypes: ["violations"] });
          return JSON.stringify(violations.filter(v => v.impact === "serious" || v.impact === "critical")
            .map(v => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map(n => `${n.target} ${n.failureSummary}`).join(" | ")}`));
        }
        """;

    private static readonly string s_path = Path.Combine(Repository.Root, "tests", "clients", "node_modules", "axe-core", "axe.min.js");

    /// <summary>The serious issues, in words; none is as it should be. A machine without the package skips the test.</summary>
    public static async Task<IReadOnlyList<string>> SeriousIssues(this IPage page)
    {
        Need.That(File.Exists(s_path), "axe-core is not installed: npm ci in tests/clients");
        // Evaluated by the debugger: the page's own policy would let no such script in.
        await page.EvaluateAsync(await File.ReadAllTextAsync(s_path, TestContext.Current.CancellationToken)).OrHang();
        return JsonSerializer.Deserialize<string[]>(await page.EvaluateAsync<string>(Run).OrHang("axe"))!;
    }
}
