using Microsoft.Extensions.Logging;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace RemoteLlm.Hosting.Logging;

/// <summary>The least level that is written, changeable while we run; takes effect at once in every logger.</summary>
public sealed class LogLevelSwitch
{
    /// <summary>The names to offer in messages and help.</summary>
    public const string Names = "Trace, Debug, Information, Warning, Error, Critical, None";

    /// <summary>One above the highest level of Serilog, which has no name for nothing at all.</summary>
    private const LogEventLevel Off = LogEventLevel.Fatal + 1;

    /// <summary>Starts at the given level.</summary>
    public LogLevelSwitch(LogLevel level) => Level = level;

    /// <summary>The least level that is written.</summary>
    public LogLevel Level
    {
        get => Serilog.MinimumLevel == Off ? LogLevel.None : LevelConvert.ToExtensionsLevel(Serilog.MinimumLevel);
        set => Serilog.MinimumLevel = value == LogLevel.None ? Off : LevelConvert.ToSerilogLevel(value);
    }

    internal LoggingLevelSwitch Serilog { get; } = new();

    /// <summary>Reads a level's name as Microsoft.Extensions.Logging or Serilog spell it, in any case. Numbers are no names.</summary>
    public static bool TryParse(string name, out LogLevel level)
    {
        (var known, level) = name.Trim().ToUpperInvariant() switch
        {
            "TRACE" or "VERBOSE" => (true, LogLevel.Trace),
            "DEBUG" => (true, LogLevel.Debug),
            "INFORMATION" => (true, LogLevel.Information),
            "WARNING" => (true, LogLevel.Warning),
            "ERROR" => (true, LogLevel.Error),
            "CRITICAL" or "FATAL" => (true, LogLevel.Critical),
            "NONE" => (true, LogLevel.None),
            _ => (false, LogLevel.None),
        };
        return known;
    }
}
