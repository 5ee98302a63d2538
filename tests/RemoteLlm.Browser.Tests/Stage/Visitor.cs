using System.Collections.Concurrent;

namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>Somebody in front of a browser of his own. What the browser complains of (errors of scripts, what the content policy forbids, what does not load) fails the test at the end.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    // Chromium writes violations to the console too, but not those of every kind.
    private const string ReportViolations = """
        document.addEventListener("securitypolicyviolation", e => console.error(`content policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile ?? ""}:${e.lineNumber}`));
        """;

    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly List<string> _expected = [];

    private Visitor(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            // GitLab's pages are not ours.
            if (message.Type is "error" or "warning" && !message.Location.Contains("/favicon.ico", StringComparison.Ordinal))
                _complaints.Enqueue($"{message.Type} at {page.Url}: {message.Text} {message.Location}");
        };
        page.PageError += (_, error) => _complaints.Enqueue($"script error at {page.Url}: {error}");
    }

    /// <summary>What he looks at.</summary>
    public IPage Page { get; }

    public static async Task<Visitor> Open(IBrowserContext context)
    {
        context.SetDefaultTimeout((float)HangGuard.Limit.TotalMilliseconds);
        await context.AddInitScriptAsync(ReportViolations);
        return new Visitor(await context.NewPageAsync());
    }

    /// <summary>Opens a page, which must be answered so.</summary>
    public async Task Go(string path, int status = 200)
    {
        var answer = await Page.GotoAsync(path);
        Assert.True(answer?.Status == status, $"{path} was answered with {answer?.Status}");
        if (status >= 400)
            Expect(status);
    }

    /// <summary>Sits down in front of another screen.</summary>
    public async Task Use(Screen screen)
    {
        await Page.SetViewportSizeAsync(screen.Width, screen.Height);
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = screen.Dark ? ColorScheme.Dark : ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
    }

    /// <summary>Answers with these statuses are part of the test: that the browser tells its console of them by itself is no fault. It does so at its leisure, so this is said beforehand.</summary>
    public void Expect(params int[] statuses) => _expected.AddRange(statuses.Select(status => $"the server responded with a status of {status} "));

    /// <summary>The same of other words of the browser.</summary>
    public void Expect(string words) => _expected.Add(words);

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        var unexpected = _complaints.Where(complaint => !_expected.Exists(words => complaint.Contains(words, StringComparison.Ordinal))).ToList();
        Assert.True(unexpected.Count == 0, string.Join('\n', unexpected));
    }
}
