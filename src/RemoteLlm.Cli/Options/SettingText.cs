using System.CommandLine.Parsing;

namespace RemoteLlm.Cli.Options;

/// <summary>Reads the text of one setting and complains in the parser's way, naming where the text came from.</summary>
internal static class SettingText
{
    public static T? Read<T>(string text, string source, Func<string, T> parse, ArgumentResult result)
    {
        try
        {
            return parse(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            result.AddError($"{source} is '{text}': {e.Message.TrimEnd('.')}.");
            return default;
        }
    }
}
