using System.CommandLine;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Cli.Options;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Cli.Commands;

/// <summary>A command that changes one thing of one user.</summary>
internal sealed class UserEditCommand : Command
{
    private UserEditCommand(
        EnvironmentSettings environment, TimeProvider time, string name, string description, string action, Argument<string>? what, Func<UsersFileEditor, string, string, CancellationToken, Task<EditOutcome>> edit)
        : base(name, description)
    {
        var user = new Argument<string>("NAME") { Description = "GitLab user name." };
        var data = environment.Data();
        Add(user);
        if (what is not null)
            Add(what);
        Add(data);
        SetAction(async (line, cancellationToken) =>
        {
            var (folder, whom, word) = (line.Need(data), line.GetRequiredValue(user), what is null ? null : line.GetRequiredValue(what));
            // A file of a template is no answer to a wrong --data.
            _ = AccessFileAnswers.Read(folder, UsersFile.Name, text => UsersFile.Parse(text));
            var outcome = (await edit(new UsersFileEditor(folder, time), whom, word ?? "", cancellationToken)).OrFail();
            outcome.Tell(folder, time, action, whom, line.InvocationConfiguration.Error, word is null ? null : $"{what!.Name.ToLowerInvariant()} {word}");
            return ExitCodes.Ok;
        });
    }

    /// <summary><c>remotellm users approve NAME</c>.</summary>
    public static Command Approve(EnvironmentSettings environment, TimeProvider time) => new UserEditCommand(
        environment, time, "approve", "Let a user in who waits for approval.", "user.approved", null, static (users, name, _, cancel) => users.Approve(name, cancel));

    /// <summary><c>remotellm users block NAME</c>.</summary>
    public static Command Block(EnvironmentSettings environment, TimeProvider time) => new UserEditCommand(
        environment, time, "block", "Block a user: keys and logins are refused from now on.", "user.blocked", null, static (users, name, _, cancel) => users.SetBlocked(name, true, cancel));

    /// <summary><c>remotellm users unblock NAME</c>.</summary>
    public static Command Unblock(EnvironmentSettings environment, TimeProvider time) => new UserEditCommand(
        environment, time, "unblock", "Let a blocked user in again.", "user.unblocked", null, static (users, name, _, cancel) => users.SetBlocked(name, false, cancel));

    /// <summary><c>remotellm users role NAME user|operator</c>.</summary>
    public static Command Role(EnvironmentSettings environment, TimeProvider time)
    {
        var role = new Argument<string>("ROLE") { Description = "user or operator; operators run the broker, by the portal too. Whom the broker's --operators names, a login makes an operator again." };
        role.AcceptOnlyFromAmong("user", "operator");
        return new UserEditCommand(
            environment, time, "role", "Give a user a role.", "user.changed", role, (users, name, word, cancel) => word == "operator" ? users.SetRole(name, UserRole.Operator, cancel) : DemoteAsync(environment, users, name, cancel));
    }

    // A broker that runs elsewhere, or with the option on its command line, has settings that are not seen here.
    private static async Task<EditOutcome> DemoteAsync(EnvironmentSettings environment, UsersFileEditor users, string name, CancellationToken cancellationToken)
    {
        if (PortalSettings.NamesOperator(environment, name))
            throw CommandException.Usage($"{PortalSettings.OperatorsVariable} names {name}, so the next login would make an operator of them again: take the name out there, restart the broker, and run this again.");
        var outcome = await users.SetRole(name, UserRole.User, cancellationToken);
        return outcome.IsDone ? outcome with { Message = $"{outcome.Message} A broker whose --operators names them makes an operator of them again at the next login." } : outcome;
    }
}
