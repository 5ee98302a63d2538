using Xunit;

namespace RemoteLlm.Testing;

/// <summary>
/// What a test wants from the machine. Where it is missing the test is skipped with the reason; with <c>REMOTELLM_REQUIRE_ALL=1</c>, which
/// continuous integration sets after installing everything, it fails instead.
/// </summary>
public static class Need
{
    private static bool AllRequired => Environment.GetEnvironmentVariable("REMOTELLM_REQUIRE_ALL") == "1";

    /// <summary>An executable on the PATH, such as <c>node</c>. Returns its absolute path.</summary>
    public static string Tool(string name)
    {
        var path = FindOnPath(name);
        That(path is not null, $"'{name}' is not on the PATH of this machine");
        return path!;
    }

    /// <summary>Any other precondition, with the reason to show when it does not hold.</summary>
    public static void That(bool condition, string otherwise)
    {
        if (condition) return;
        if (AllRequired) Assert.Fail($"{otherwise}, and REMOTELLM_REQUIRE_ALL=1 allows no skips.");
        Assert.Skip(otherwise);
    }

    private static string? FindOnPath(string name)
    {
        string[] names = OperatingSystem.IsWindows() ? [name + ".exe", name + ".cmd", name] : [name];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.SelectMany(folder => names.Select(file => Path.Combine(folder, file))).FirstOrDefault(File.Exists);
    }
}
