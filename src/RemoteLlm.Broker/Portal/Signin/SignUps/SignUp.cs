using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Signin.GitLab;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal.Signin.SignUps;

/// <summary>
/// Finds the entry of somebody whom GitLab has named, or makes one. GitLab's number decides: who changes his name there keeps his entry and its name, on which budgets and history hang. An entry
/// without a number, as an operator writes it, becomes that of the first who comes with its name (<see cref="SignUpRules.MayTake"/>).
/// </summary>
internal sealed class SignUp(SignUpRules rules, AccessFiles files, PortalEdits edits, NamedOperators operators)
{
    // Two tabs may do the same at once: what one has written, the other finds when it looks again.
    private const int MostTries = 3;

    /// <summary>Finds or makes the entry.</summary>
    public async Task<SignUpOutcome> AdmitAsync(HttpContext context, GitLabPerson person)
    {
        context.Features.Set(new SigningIn(person.UserName));
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (files.Users.FindGitLabId(person.Id) is { } known)
                return await AdmitKnownAsync(context, known);
            if (RefusalOf(person) is { } refusal)
                return new SignUpOutcome(refusal);
            var outcome = await WriteAsync(context, person);
            if (outcome.Status is not (EditStatus.Written or EditStatus.Unchanged or EditStatus.Conflict))
                break;
            // A file that somebody else has just written may not be in force yet.
            if (outcome.Status != EditStatus.Written)
                await files.Refresh(context.RequestAborted);
        }

        return new SignUpOutcome(Admission.FileTrouble);
    }

    private Admission? RefusalOf(GitLabPerson person) => files.Users.FindUser(person.UserName) switch
    {
        { GitLabId: not null } => Admission.NameTaken,
        { IsListed: true } entry => rules.MayTake(person, entry) ? null : Admission.NotTied,
        // A name of the environment: an entry that waits would block the keys that work by it, and anybody at GitLab may have that name.
        { IsListed: false } when rules.MustWait(person) => Admission.NameTaken,
        _ when !rules.MayComeIn(person) => Admission.NotAllowed,
        _ when !UsersFileEditor.IsUserName(person.UserName) => Admission.NameUnfit,
        _ when rules.MustWait(person) && files.Users.Users.Count(user => user.Pending) >= SignUpRules.MostWaiting => Admission.TooManyWait,
        _ => null,
    };

    private Task<EditOutcome> WriteAsync(HttpContext context, GitLabPerson person)
    {
        if (files.Users.FindUser(person.UserName) is { IsListed: true } named)
            return edits.UsersAsync(context, "user.linked", named.Name, users => users.SetGitLabId(named.Name, person.Id, CancellationToken.None), $"gitlab_id {person.Id}");
        var user = new NewUser(person.UserName)
        {
            GitLabId = person.Id,
            Role = rules.IsOperator(person.UserName) ? UserRole.Operator : UserRole.User,
            Pending = rules.MustWait(person),
        };
        return edits.UsersAsync(context, "user.signed-up", user.Name, users => users.AddUser(user, firstKey: null, CancellationToken.None), $"gitlab_id {person.Id}{(user.Pending ? ", waits for approval" : "")}");
    }

    private async Task<SignUpOutcome> AdmitKnownAsync(HttpContext context, UserRecord user) =>
        user.Blocked ? new SignUpOutcome(Admission.Blocked) : new SignUpOutcome(Admission.Known, await operators.RaiseAsync(context, user));
}
