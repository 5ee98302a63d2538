using Microsoft.Extensions.Logging;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Hosting.Logging;

/// <summary>What is logged to the console, and how.</summary>
public sealed record ConsoleLogOptions
{
    /// <summary>The environment variable of <see cref="Level"/>.</summary>
    public const string LevelVariable = "REMOTELLM_LOG_LEVEL";

    /// <summary>The least level that is written. It can be changed while we run, by <see cref="LogLevelSwitch"/>.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>How lines look.</summary>
    public LogFormat Format { get; init; } = LogFormat.Automatic;

    /// <summary>Writes to standard error, for commands whose standard output is their result.</summary>
    public bool ToStandardError { get; init; }

    /// <summary>
    /// Lines that wait for a slow console at most; what comes on top is dropped and counted. 4096 is some seconds of a busy server, and at most
    /// a few megabytes.
    /// </summary>
    public int QueueLength { get; init; } = 4096;

    /// <summary>The defaults, with the level that the environment asks for.</summary>
    /// <exception cref="SettingException">The environment names a level that does not exist.</exception>
    public static ConsoleLogOptions From(EnvironmentSettings environment) => environment[LevelVariable] switch
    {
        null => new ConsoleLogOptions(),
        var name when LogLevelSwitch.TryParse(name, out var level) => new ConsoleLogOptions { Level = level },
        var name => throw new SettingException($"{LevelVariable} is '{name}'; use one of {LogLevelSwitch.Names}."),
    };
}
