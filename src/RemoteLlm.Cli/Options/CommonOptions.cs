using System.CommandLine;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Cli.Options;

/// <summary>Options that several commands share, so that they mean and default to the same everywhere.</summary>
internal static class CommonOptions
{
    /// <summary>The folder with the files of this half.</summary>
    public static Option<string?> Data(this EnvironmentSettings environment) =>
        environment.Text("--data", "Folder of the files that RemoteLlm keeps and operators edit.", fallback: "./data");

    /// <summary>For <see cref="ManagementOptions.Urls"/>; null where nobody asked for an address.</summary>
    public static Option<string?> ManagementUrls(this EnvironmentSettings environment, int defaultPort) => environment.Text(
        ManagementOptions.UrlsOption,
        $"Where /health, /ready and /metrics are, such as http://0.0.0.0:{defaultPort}; otherwise port {defaultPort} on loopback, or the next free one.");
}
