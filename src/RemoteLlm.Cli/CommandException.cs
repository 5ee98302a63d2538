namespace RemoteLlm.Cli;

/// <summary>Ends the command with one line on standard error. The message says what is wrong and what to do about it.</summary>
/// <param name="message">One line; no secret.</param>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
internal sealed class CommandException(string message, int exitCode = ExitCodes.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>The user gave something wrong, by option, environment or file.</summary>
    public static CommandException Usage(string message) => new(message, ExitCodes.Usage);
}
