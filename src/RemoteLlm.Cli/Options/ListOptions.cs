using System.CommandLine;
using RemoteLlm.Cli.Output;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Options;

/// <summary>Options of the commands that list something.</summary>
internal static class ListOptions
{
    public static Option<ListFormat> Format(this EnvironmentSettings environment) =>
        SettingOptions.Setting(environment, "--format", "How to print the list: table or json.", Parse, ListFormat.Table)!;

    private static ListFormat Parse(string text) => text switch
    {
        "table" => ListFormat.Table,
        "json" => ListFormat.Json,
        _ => throw new FormatException("expected table or json"),
    };
}
