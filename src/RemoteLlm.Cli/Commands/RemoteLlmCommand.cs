using System.CommandLine;
using System.CommandLine.Help;

namespace RemoteLlm.Cli.Commands;

/// <summary>The root: <c>remotellm</c> by itself shows the help.</summary>
internal sealed class RemoteLlmCommand : RootCommand
{
    public RemoteLlmCommand()
        : base("Share the LLM servers on your own machines as one OpenAI-style API.")
    {
        var help = Options.OfType<HelpOption>().Single();
        var withTables = new RootHelp((HelpAction)help.Action!);
        help.Action = withTables;
        SetAction(line => withTables.Invoke(line));
    }
}
