using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Options;

/// <summary>The settings of a command as they are in force, and where each came from.</summary>
internal static class SettingsInForce
{
    /// <summary>Lists them.</summary>
    /// <param name="line">The parsed command line.</param>
    /// <param name="options">The command's options.</param>
    /// <param name="environment">Where the options' variables are.</param>
    /// <param name="secrets">Variables without an option, of which only is said whether they are set.</param>
    public static IReadOnlyList<SettingInForce> Of(ParseResult line, IEnumerable<Option> options, EnvironmentSettings environment, IEnumerable<(string Variable, string Description)> secrets) =>
    [
        .. options.Where(static option => option.Description?.Contains("[env: ", StringComparison.Ordinal) is true).Select(option => One(line, option, environment)),
        .. secrets.Select(secret => new SettingInForce(secret.Variable, secret.Variable, secret.Description, environment[secret.Variable] is null ? null : "set", environment.SourceOf(secret.Variable) ?? SettingSource.Default)
        {
            IsSecret = true,
        }),
    ];

    private static SettingInForce One(ParseResult line, Option option, EnvironmentSettings environment)
    {
        var variable = SettingOptions.VariableOf(option.Name);
        var description = option.Description!;
        var result = line.GetResult(option);
        var source = result is { Implicit: false } ? SettingSource.CommandLine : environment.SourceOf(variable) ?? SettingSource.Default;
        return new SettingInForce(option.Name, variable, description[..description.IndexOf(" [env: ", StringComparison.Ordinal)], Text(result?.GetValueOrDefault<object?>()), source);
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        TimeSpan span => span.TotalSeconds.ToString(CultureInfo.InvariantCulture) + " s",
        IEnumerable<string> texts => string.Join(", ", texts) is { Length: > 0 } text ? text : null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
