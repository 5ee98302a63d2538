using System.Globalization;

namespace RemoteLlm.Protocol.Access;

/// <summary>Durations as OpenAI's <c>x-ratelimit-reset-*</c> headers write them: <c>12ms</c>, <c>1s</c>, <c>1.5s</c>, <c>6m0s</c>, <c>1h0m0s</c>.</summary>
public static class RateLimitDuration
{
    /// <summary>Writes a duration, rounded up to the millisecond so that whoever waits that long has waited enough; nothing or less is <c>0s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero)
        {
            return "0s";
        }

        var whole = Math.DivRem(duration.Ticks, TimeSpan.TicksPerMillisecond, out var rest);
        var milliseconds = whole + (rest > 0 ? 1 : 0);
        if (milliseconds < 1000)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
        }

        var (minutes, inMinute) = Math.DivRem(milliseconds, 60_000);
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{inMinute / 1000m:0.###}s");
        var (hours, inHour) = Math.DivRem(minutes, 60);
        return (hours, inHour) switch
        {
            (0, 0) => seconds,
            (0, _) => string.Create(CultureInfo.InvariantCulture, $"{inHour}m{seconds}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{hours}h{inHour}m{seconds}"),
        };
    }
}
