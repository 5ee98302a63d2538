using System.CommandLine;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Cli.Options;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm keys revoke PREFIX|NAME</c>.</summary>
internal sealed class KeysRevokeCommand : Command
{
    public KeysRevokeCommand(EnvironmentSettings environment, TimeProvider time)
        : base("revoke", "Take an API key out of users.yaml.")
    {
        var which = new Argument<string>("PREFIX|NAME") { Description = "The key's first seven characters, or its name; never the whole key." };
        var user = new Option<string?>("--user") { Description = "Only among the keys of this user." };
        var data = environment.Data();
        Add(which);
        Add(user);
        Add(data);
        SetAction(async (line, cancellationToken) =>
        {
            var folder = line.Need(data);
            _ = AccessFileAnswers.Read(folder, UsersFile.Name, text => UsersFile.Parse(text));
            var outcome = (await new UsersFileEditor(folder, time).RevokeKey(line.GetRequiredValue(which), line.GetValue(user), cancellationToken)).OrFail();
            outcome.Tell(folder, time, "key.revoked", line.GetValue(user) is { } owner ? $"{owner}/{line.GetRequiredValue(which)}" : line.GetRequiredValue(which), line.InvocationConfiguration.Error, outcome.Message);
            return ExitCodes.Ok;
        });
    }
}
