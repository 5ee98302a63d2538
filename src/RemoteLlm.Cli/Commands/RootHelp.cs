using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RemoteLlm.Cli.Commands;

/// <summary>The usual help; at the root, the exit codes and the order of the sources of a setting besides.</summary>
internal sealed class RootHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not RootCommand) return ExitCodes.Ok;

        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Settings:");
        output.WriteLine("  An option on the command line wins over its environment variable, that over the same name in a");
        output.WriteLine("  .env file in the current folder, and that over the default. The help of each command names them.");
        output.WriteLine();
        output.WriteLine("Exit codes:");
        foreach (var (code, meaning) in ExitCodes.All) output.WriteLine($"  {code,3}  {meaning}");
        output.WriteLine();
        return ExitCodes.Ok;
    }
}
