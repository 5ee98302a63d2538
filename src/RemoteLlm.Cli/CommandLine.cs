using System.CommandLine;
using System.CommandLine.Invocation;
using Microsoft.Extensions.Options;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli;

/// <summary>Parses, runs, and turns every end into an exit code and, for a failure, one line on standard error.</summary>
internal static class CommandLine
{
    /// <summary>Runs the process's command line with the settings that surround it.</summary>
    public static async Task<int> Run(string[] args, Func<EnvironmentSettings, RootCommand> build)
    {
        try
        {
            var environment = EnvironmentSettings.Load(Directory.GetCurrentDirectory());
            return await Run(build(environment), args, new InvocationConfiguration());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Report(Console.Error, $"Cannot read the .env file of this folder: {e.Message}", ExitCodes.Usage);
        }
    }

    /// <summary>Runs a command line that writes where the configuration says.</summary>
    public static async Task<int> Run(RootCommand root, IReadOnlyList<string> args, InvocationConfiguration configuration)
    {
        configuration.EnableDefaultExceptionHandler = false;
        // Hosts answer signals themselves, and drain for longer than the two seconds that would be theirs here.
        configuration.ProcessTerminationTimeout = null;
        // An argument may begin with '@', as user names are typed; none of ours come from response files.
        var line = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (line.Action is ParseErrorAction)
        {
            return Report(configuration.Error, $"{line.Errors[0].Message} See '{CommandPath(line)} --help'.", ExitCodes.Usage);
        }

        try
        {
            return await line.InvokeAsync(configuration);
        }
        catch (Exception e) when (Explain(e) is { } fault)
        {
            return Report(configuration.Error, fault.Message, fault.ExitCode);
        }
    }

    /// <summary>The faults that a user can meet and mend; anything else is a defect of ours and keeps its stack trace.</summary>
    private static (string Message, int ExitCode)? Explain(Exception exception) => exception switch
    {
        CommandException e => (e.Message, e.ExitCode),
        SettingException e => (e.Message, ExitCodes.Usage),
        OptionsValidationException e => (string.Join(" ", e.Failures), ExitCodes.Usage),
        OperationCanceledException => ("Cancelled.", ExitCodes.Cancelled),
        IOException or UnauthorizedAccessException => (exception.Message, ExitCodes.Failed),
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        _ => null,
    };

    private static int Report(TextWriter error, string message, int exitCode)
    {
        error.WriteLine($"remotellm: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }

    private static string CommandPath(ParseResult line)
    {
        var names = new List<string>();
        for (System.CommandLine.Parsing.SymbolResult? at = line.CommandResult; at is System.CommandLine.Parsing.CommandResult command; at = at.Parent)
        {
            names.Insert(0, command.Command is RootCommand ? "remotellm" : command.Command.Name);
        }

        return string.Join(' ', names);
    }
}
