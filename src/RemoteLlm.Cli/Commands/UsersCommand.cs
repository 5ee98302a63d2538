using System.CommandLine;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm users</c>: the users in the broker's <c>users.yaml</c>. A broker that runs takes each change within two seconds.</summary>
internal sealed class UsersCommand : Command
{
    public UsersCommand(EnvironmentSettings environment, TimeProvider time)
        : base("users", "Look after the users in users.yaml.")
    {
        Add(new UsersListCommand(environment, time));
        Add(UserEditCommand.Approve(environment, time));
        Add(UserEditCommand.Block(environment, time));
        Add(UserEditCommand.Unblock(environment, time));
        Add(UserEditCommand.Role(environment, time));
        Add(new UsersProtectCommand(environment, time));
    }
}
