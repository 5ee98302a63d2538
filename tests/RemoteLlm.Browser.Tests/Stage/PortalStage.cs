using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>
/// A portal with what stands behind it, and people in front of browsers.
/// <code>
/// await using var stage = await PortalStage.Open(chromium);
/// await using var alice = await stage.LogIn("alice");
/// await alice.Page.GetByRole(AriaRole.Link, new() { Name = "Keys" }).ClickAsync();
/// </code>
/// </summary>
internal sealed class PortalStage : IAsyncDisposable
{
    /// <summary>Olga, an operator, and Alice with a key of her own that tests know.</summary>
    public const string Users = TestUsers.Unlimited + "  - gitlab_username: olga\n    role: operator\n";

    private readonly IBrowser _browser;

    private PortalStage(IBrowser browser, ScriptedLlmServer llm, Cluster cluster) => (_browser, Llm, Cluster) = (browser, llm, cluster);

    /// <summary>The LLM server behind the connector.</summary>
    public ScriptedLlmServer Llm { get; }

    /// <summary>Broker and connector.</summary>
    public Cluster Cluster { get; }

    /// <summary>Starts everything. A machine without Chromium skips the test.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="script">What the LLM server does; null for a short answer.</param>
    /// <param name="options">Null for the portal with its development login and <see cref="Users"/>.</param>
    /// <param name="models">What the LLM server lists; null for <c>test-model</c>.</param>
    public static async Task<PortalStage> Open(Chromium chromium, LlmScript? script = null, ClusterOptions? options = null, IReadOnlyList<string>? models = null)
    {
        var browser = await chromium.Start();
        var llm = new ScriptedLlmServer(script ?? LlmScripts.Stream("Hel", "lo")) { Models = models ?? ["test-model"] };
        try
        {
            return new PortalStage(browser, llm, await Cluster.Start(llm.Url, options ?? new ClusterOptions { Users = Users, Broker = broker => broker.Portal.DevLogin = true }));
        }
        catch
        {
            await llm.DisposeAsync();
            throw;
        }
    }

    /// <summary>Somebody whose browser has never been here.</summary>
    public async Task<Visitor> Visit(Screen? screen = null)
    {
        screen ??= Screen.Desktop;
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Cluster.Url.ToString(),
            ViewportSize = new ViewportSize { Width = screen.Width, Height = screen.Height },
            ColorScheme = screen.Dark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
            Permissions = ["clipboard-read", "clipboard-write"],
            ReducedMotion = ReducedMotion.Reduce,
        });
        return await Visitor.Open(context);
    }

    /// <summary>Somebody who is logged in by the development login; the user is made when missing.</summary>
    public async Task<Visitor> LogIn(string name, Screen? screen = null)
    {
        var visitor = await Visit(screen);
        await LogIn(name, visitor);
        return visitor;
    }

    /// <summary>Logs somebody in by the development login.</summary>
    public static async Task LogIn(string name, Visitor visitor)
    {
        await visitor.Go("/login");
        await visitor.Page.GetByLabel("User name").FillAsync(name);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Log in as this user" }).ClickAsync();
        await Assertions.Expect(visitor.Page).Not.ToHaveURLAsync(new Regex("/login", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var entry in Cluster.BrokerLogs.Entries.Where(entry => entry.Level >= LogLevel.Error))
            TestContext.Current.TestOutputHelper?.WriteLine($"{entry.Category}: {entry.Message} {entry.Exception}");
        await Cluster.DisposeAsync();
        await Llm.DisposeAsync();
    }
}
