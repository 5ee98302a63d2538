using System.CommandLine;
using RemoteLlm.Cli.Output;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Options;

/// <summary>Options of the commands that list something.</summary>
internal static class ListOptions
{
    /// <summary>How to print a list.</summary>
    /// <param name="environment">Where its variable is.</param>
    /// <param name="csv">Whether the list is one for spreadsheets too.</param>
    public static Option<ListFormat> Format(this EnvironmentSettings environment, bool csv = false)
    {
        var forms = csv ? "table, csv or json" : "table or json";
        var option = SettingOptions.Setting(environment, "--format", $"How to print the list: {forms}.", Parse, ListFormat.Table)!;
        option.HelpName = csv ? "table|csv|json" : "table|json";
        return option;

        ListFormat Parse(string text) => text switch
        {
            "table" => ListFormat.Table,
            "json" => ListFormat.Json,
            "csv" when csv => ListFormat.Csv,
            _ => throw new FormatException($"expected {forms}"),
        };
    }
}
