using System.CommandLine;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Cli.Options;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm users protect</c>: keys that an operator typed become hashes. They go on working; nobody can read them in the file any more.</summary>
internal sealed class UsersProtectCommand : Command
{
    public UsersProtectCommand(EnvironmentSettings environment, TimeProvider time)
        : base("protect", "Replace the plain keys (api_key) in users.yaml by their hashes. The keys stay valid; comments, order and fields stay as they are.")
    {
        var data = environment.Data();
        Add(data);
        SetAction(async (line, cancellationToken) =>
        {
            var folder = line.Need(data);
            _ = AccessFileAnswers.Read(folder, UsersFile.Name, text => UsersFile.Parse(text));
            var outcome = (await new UsersFileEditor(folder, time).Protect(cancellationToken)).OrFail();
            outcome.Tell(folder, time, "keys.protected", "users.yaml", line.InvocationConfiguration.Error);
            return ExitCodes.Ok;
        });
    }
}
