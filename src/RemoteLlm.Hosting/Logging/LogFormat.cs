namespace RemoteLlm.Hosting.Logging;

/// <summary>How log lines look.</summary>
public enum LogFormat
{
    /// <summary><see cref="Human"/> on a terminal, <see cref="Json"/> where the output goes to a file, a pipe or a container's log.</summary>
    Automatic,

    /// <summary>Time, level, source and message; control characters in values are shown escaped.</summary>
    Human,

    /// <summary>One JSON object a line, with the fields apart.</summary>
    Json,
}
