using System.CommandLine;
using System.Globalization;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Options;

/// <summary>
/// Declares an option once and gives it all its sources: command line, then environment, then <c>.env</c>, then the default. The help names
/// the variable, which is derived from the option: <c>--token-file</c> is <c>REMOTELLM_TOKEN_FILE</c>.
/// </summary>
internal static class SettingOptions
{
    /// <summary>A text; null where nobody said anything and there is no default.</summary>
    public static Option<string?> Text(this EnvironmentSettings environment, string name, string description, string? fallback = null) =>
        Setting<string?>(environment, name, description, text => text, fallback);

    /// <summary>A whole number of zero or more.</summary>
    public static Option<int?> Number(this EnvironmentSettings environment, string name, string description, int? fallback = null) =>
        Setting<int?>(environment, name, description, text => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture), fallback);

    /// <summary>A switch: present on the command line (with <c>true</c> or <c>false</c> behind it, if need be), or <c>1</c>, <c>true</c>, <c>0</c> or <c>false</c> in the environment.</summary>
    public static Option<bool> Flag(this EnvironmentSettings environment, string name, string description, bool fallback = false) =>
        Setting(environment, name, description, ParseFlag, fallback);

    /// <summary>An absolute http or https address.</summary>
    public static Option<Uri?> Address(this EnvironmentSettings environment, string name, string description, Uri? fallback = null) =>
        Setting(environment, name, description, ParseAddress, fallback);

    /// <summary>Any other type of value.</summary>
    /// <param name="environment">Where variables are looked up.</param>
    /// <param name="name">With its dashes, such as <c>--data</c>.</param>
    /// <param name="description">What it sets, with the unit; the variable's name is added.</param>
    /// <param name="parse">Reads a value; throws <see cref="FormatException"/> or <see cref="OverflowException"/> on a bad one.</param>
    /// <param name="fallback">The default; where it is null none is shown.</param>
    public static Option<T?> Setting<T>(EnvironmentSettings environment, string name, string description, Func<string, T> parse, T? fallback)
    {
        var variable = VariableOf(name);
        var option = new Option<T?>(name) { Description = $"{description} [env: {variable}]" };
        option.CustomParser = result => result.Tokens switch
        {
            // A switch without a value.
            [] => parse("true"),
            [.., var last] => SettingText.Read(last.Value, name, parse, result),
        };
        var surrounding = environment[variable];
        if (surrounding is not null) option.DefaultValueFactory = result => SettingText.Read(surrounding, variable, parse, result);
        else if (fallback is not null && fallback is not false) option.DefaultValueFactory = _ => fallback;
        return option;
    }

    /// <summary>The environment variable of an option.</summary>
    public static string VariableOf(string name) => "REMOTELLM_" + name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    /// <summary>The value, or the one-line complaint that names both ways to give it.</summary>
    public static T Need<T>(this ParseResult line, Option<T?> option)
        where T : class =>
        line.GetValue(option) ?? throw CommandException.Usage($"Say {option.Name}, or set {VariableOf(option.Name)} in the environment or in .env.");

    private static bool ParseFlag(string text) => text switch
    {
        "1" => true,
        "0" => false,
        _ => bool.TryParse(text, out var flag) ? flag : throw new FormatException("expected true or false"),
    };

    private static Uri? ParseAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : throw new FormatException("expected an address such as https://llm.example.org");
}
