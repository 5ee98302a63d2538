using System.CommandLine;
using System.Globalization;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Options;

/// <summary>Options that are spans of time, in seconds.</summary>
internal static class TimeOptions
{
    /// <summary>What fits into every timer.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(20);

    /// <summary>A lost channel keeps up to 8 MiB and the slots of its requests: an hour is more than anybody waits for an answer.</summary>
    private static readonly TimeSpan s_longestResumeWindow = TimeSpan.FromHours(1);

    /// <summary>A span in seconds, fractions allowed; 0 is "no limit" where the description says so.</summary>
    public static Option<TimeSpan?> Seconds(this EnvironmentSettings environment, string name, string description, TimeSpan fallback) =>
        Span(environment, name, description, fallback, s_longest, "expected 20 days at most");

    /// <summary>How long a channel outlives its socket; both halves have the option.</summary>
    public static Option<TimeSpan?> ResumeWindow(this EnvironmentSettings environment, TimeSpan fallback) => Span(
        environment,
        "--resume-window",
        "How long running answers wait for a lost line to come back; 0 to 3600, 0 = they end with it. The shorter of broker's and connector's counts.",
        fallback,
        s_longestResumeWindow,
        "expected 3600 at most");

    private static Option<TimeSpan?> Span(EnvironmentSettings environment, string name, string description, TimeSpan fallback, TimeSpan longest, string complaint) =>
        SettingOptions.Setting<TimeSpan?>(environment, name, $"{description} In seconds.", text => Parse(text, longest, complaint), fallback);

    private static TimeSpan? Parse(string text, TimeSpan longest, string complaint)
    {
        var seconds = double.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return seconds <= longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : throw new OverflowException(complaint);
    }
}
