namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>Pictures of pages, for people to judge: in the folder that <c>REMOTELLM_SCREENSHOTS</c> names, else in one of the system's temporary folder.</summary>
internal static class Screenshots
{
    private static readonly string s_folder = Environment.GetEnvironmentVariable("REMOTELLM_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(Path.GetTempPath(), "remotellm-screenshots");

    /// <summary>Takes the page as it is now.</summary>
    /// <param name="visitor">Who looks at it.</param>
    /// <param name="name">What the picture is called.</param>
    /// <param name="screen">How the visitor looks at it.</param>
    /// <param name="whole">Whether to take what is out of sight too.</param>
    public static async Task Take(this Visitor visitor, string name, Screen screen, bool whole = true) =>
        await visitor.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(s_folder, $"{name}-{screen.Name}.png"), FullPage = whole, Animations = ScreenshotAnimations.Disabled }).OrHang();
}
