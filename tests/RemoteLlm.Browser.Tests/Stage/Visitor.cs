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

    private Visitor(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
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

    /// <summary>Opens a page, which must be there.</summary>
    public async Task Go(string path)
    {
        var answer = await Page.GotoAsync(path);
        Assert.True(answer is { Ok: true }, $"{path} was answered with {answer?.Status}");
    }

    /// <summary>What the browser complained of, in a word of each; the test has dealt with those and forgets them.</summary>
    public IReadOnlyList<string> TakeComplaints()
    {
        string[] taken = [.. _complaints];
        _complaints.Clear();
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        // A test that fails already says more by its own failure.
        if (TestContext.Current.TestState?.Result is not TestResult.Failed)
            Assert.Empty(_complaints);
    }
}
