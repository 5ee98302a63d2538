using System.CommandLine;
using RemoteLlm.Cli.Running;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm servers</c>: the LLM servers in the connector's <c>servers.json</c>. A connector that runs takes each change within two seconds.</summary>
internal sealed class ServersCommand : Command
{
    public ServersCommand(EnvironmentSettings environment, TimeProvider time, Terminal terminal)
        : base("servers", "Add, list, find, try and remove the LLM servers that the connector uses.")
    {
        Add(new ServersAddCommand(environment, time, terminal));
        Add(new ServersRemoveCommand(environment, time));
        Add(new ServersListCommand(environment, time, LiveServers.AskAsync));
        Add(new ServersDetectCommand(environment, time));
        Add(new ServersTestCommand(environment, time));
    }
}
