using System.CommandLine;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm users</c>: the users in the broker's <c>users.yaml</c>.</summary>
internal sealed class UsersCommand : Command
{
    public UsersCommand(EnvironmentSettings environment, TimeProvider time)
        : base("users", "Look after the users in users.yaml.") => Add(new UsersProtectCommand(environment, time));
}
