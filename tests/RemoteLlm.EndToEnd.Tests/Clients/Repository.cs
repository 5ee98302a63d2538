namespace RemoteLlm.EndToEnd.Tests.Clients;

/// <summary>The repository that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its root folder: the nearest one above the tests that has the solution.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("The tests run outside of their repository."),
        _ when File.Exists(Path.Combine(folder.FullName, "RemoteLlm.sln")) => folder.FullName,
        _ => Find(folder.Parent),
    };
}
