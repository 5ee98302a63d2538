using System.CommandLine;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Options;

/// <summary>Options that several commands share, so that they mean and default to the same everywhere.</summary>
internal static class CommonOptions
{
    /// <summary>The folder with the files of this half.</summary>
    public static Option<string?> Data(this EnvironmentSettings environment) =>
        environment.Text("--data", "Folder of the files that RemoteLlm keeps and operators edit.", fallback: "./data");
}
