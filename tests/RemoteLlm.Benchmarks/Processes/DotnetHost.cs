namespace RemoteLlm.Benchmarks.Processes;

/// <summary>Where the programs are that a run starts.</summary>
internal static class DotnetHost
{
    /// <summary>The `dotnet` that runs us, or the one on the path when we run from our own executable.</summary>
    public static string Path { get; } =
        System.IO.Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
            ? Environment.ProcessPath!
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>This program, to be started again in another role.</summary>
    public static string OwnAssembly { get; } = typeof(DotnetHost).Assembly.Location;

    /// <summary>The product, which the project reference puts beside us.</summary>
    public static string ProductAssembly { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "remotellm.dll");
}
