namespace RemoteLlm.Browser.Tests.Stage;

/// <summary>Pictures of pages, for people to judge: in the folder that <c>REMOTELLM_SCREENSHOTS</c> names, else in one of the system's temporary folder.</summary>
internal static class Screenshots
{
    private static readonly string s_folder = Environment.GetEnvironmentVariable("REMOTELLM_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(Path.GetTempPath(), "remotellm-screenshots");

    /// <summary>Takes the whole page as it is now.</summary>
    public static async Task Take(this Visitor visitor, string name, Screen screen) =>
        await visitor.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(s_folder, $"{name}-{screen.Name}.png"), FullPage = true, Animations = ScreenshotAnimations.Disabled }).OrHang();
}
