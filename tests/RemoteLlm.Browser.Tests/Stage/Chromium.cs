using RemoteLlm.Browser.Tests.Stage;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>The machine's own Chromium, without a window; one process for all tests, started by the first that wants it.</summary>
public sealed class Chromium : IAsyncDisposable
{
    // Root is refused a sandbox, and a container's /dev/shm is small.
    private static readonly string[] s_arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];

    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser. A machine that has none skips the test.</summary>
    public async Task<IBrowser> Start()
    {
        var chromium = Need.Tool("chromium");
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            Assertions.SetDefaultExpectTimeout((float)HangGuard.Limit.TotalMilliseconds);
            _playwright ??= await Playwright.CreateAsync().OrHang();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = s_arguments }).OrHang();
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _starting.Dispose();
    }
}
