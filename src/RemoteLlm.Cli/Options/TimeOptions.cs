using System.CommandLine;
using System.Globalization;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Options;

/// <summary>Options that are spans of time, in seconds.</summary>
internal static class TimeOptions
{
    /// <summary>A span in seconds, fractions allowed; 0 is "no limit" where the description says so.</summary>
    public static Option<TimeSpan?> Seconds(this EnvironmentSettings environment, string name, string description, TimeSpan fallback) =>
        SettingOptions.Setting<TimeSpan?>(environment, name, $"{description} In seconds.", Parse, fallback);

    private static TimeSpan? Parse(string text)
    {
        var seconds = double.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return seconds <= TimeSpan.FromDays(20).TotalSeconds ? TimeSpan.FromSeconds(seconds) : throw new OverflowException("expected 20 days at most");
    }
}
