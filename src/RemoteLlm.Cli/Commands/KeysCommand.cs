using System.CommandLine;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm keys</c>: the API keys in the broker's <c>users.yaml</c>. A broker that runs takes each change within two seconds.</summary>
internal sealed class KeysCommand : Command
{
    public KeysCommand(EnvironmentSettings environment, TimeProvider time)
        : base("keys", "Issue, list and revoke the API keys of users.")
    {
        Add(new KeysIssueCommand(environment, time));
        Add(new KeysListCommand(environment, time));
        Add(new KeysRevokeCommand(environment, time));
    }
}
