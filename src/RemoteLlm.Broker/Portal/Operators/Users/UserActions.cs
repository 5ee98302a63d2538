using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Keys;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal.Operators.Users;

/// <summary>What operators do with a user. The form's field <c>do</c> says what.</summary>
internal sealed class UserActions(AccessFiles files, PortalEdits edits, UserPages pages, PortalOptions options)
{
    private const string Changed = "Somebody else changed this user meanwhile. Below is how it is now; nothing of yours was saved.";

    /// <summary>Does it, and leads to the page of what came of it.</summary>
    public async Task<IResult> DoAsync(HttpContext context, string name)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (files.Users.FindUser(name) is not { } user)
            return pages.Show(context, name);
        if (!user.IsListed)
            return pages.Show(context, name, StatusCodes.Status409Conflict, "This user comes from the broker's environment, not from its files; only who runs the broker can change that.");
        // The name is somebody else's by now, whom nobody here has looked at.
        if (form["owner"].ToString() is { Length: > 0 } owner && owner != UserStamp.OfOwner(user))
            return Refused(context, user, Changed);
        // Whoever locks himself out finds nobody to let him in again.
        var isSelf = Viewer.Of(context)!.User.Name == user.Name;
        return form["do"].ToString() switch
        {
            "approve" => await DoneAsync(context, user, "user.approved", "user-approved", users => users.Approve(user.Name, CancellationToken.None), form),
            "block" when isSelf => Refused(context, user, "You cannot block yourself; another operator can."),
            "block" => await DoneAsync(context, user, "user.blocked", "user-blocked", users => users.SetBlocked(user.Name, true, CancellationToken.None), form),
            "unblock" => await DoneAsync(context, user, "user.unblocked", "user-unblocked", users => users.SetBlocked(user.Name, false, CancellationToken.None), form),
            "role" when isSelf => Refused(context, user, "You cannot take your own role away; another operator can."),
            "role" => await SetRoleAsync(context, user, form),
            "change" => await ChangeAsync(context, user, form),
            "revoke" => await RevokeAsync(context, user, form),
            "remove" when isSelf => Refused(context, user, "You cannot remove yourself; another operator can."),
            "remove" => await DoneAsync(context, user, "user.removed", "user-removed", users => users.Remove(user.Name, CancellationToken.None), form),
            _ => pages.Show(context, user.Name, StatusCodes.Status400BadRequest, "That form asks for nothing that can be done with a user."),
        };
    }

    private async Task<IResult> SetRoleAsync(HttpContext context, UserRecord user, IFormCollection form)
    {
        UserRole? role = form["role"].ToString() switch { "operator" => UserRole.Operator, "user" => UserRole.User, _ => null };
        if (role == UserRole.User && options.MakesOperator(user.Name))
        {
            return Refused(
                context,
                user,
                $"The setting --operators (REMOTELLM_OPERATORS) names {user.Name}, so the next login would make an operator of them again. Take the name out there and restart the broker, then set the role. To shut them out now, block them.");
        }

        return role is { } wanted
            ? await DoneAsync(context, user, "user.changed", "user-saved", users => users.SetRole(user.Name, wanted, CancellationToken.None), form, $"role {UserEntryEdits.WordOf(wanted)}")
            : pages.Show(context, user.Name, StatusCodes.Status400BadRequest, "Choose one of the roles.");
    }

    private async Task<IResult> ChangeAsync(HttpContext context, UserRecord user, IFormCollection form)
    {
        var (change, problem) = LimitsForm.Of(user).Typed(form).Read();
        if (change is null)
            return pages.Show(context, user.Name, StatusCodes.Status400BadRequest, problem, form);
        return await DoneAsync(context, user, "user.changed", "user-saved", users => users.Change(user.Name, change, form["stamp"].ToString(), CancellationToken.None), form, Detail(change));
    }

    private async Task<IResult> RevokeAsync(HttpContext context, UserRecord user, IFormCollection form)
    {
        if (KeyId.Find(user, form["key"].ToString()) is not { } key)
            return PortalPage.GoTo(Notice.On(UsersEndpoints.PathOf(user.Name), "key-revoked"));
        var outcome = await edits.UsersAsync(context, "key.revoked", $"{user.Name}/{key.Name}", users => users.RevokeKey(user.Name, key.Digest, CancellationToken.None), key.Prefix);
        return outcome.IsDone || outcome.Status == EditStatus.NotFound
            ? PortalPage.GoTo(Notice.On(UsersEndpoints.PathOf(user.Name), "key-revoked"))
            : pages.Show(context, user.Name, EditAnswers.Code(outcome), EditAnswers.Sentence(outcome));
    }

    private async Task<IResult> DoneAsync(
        HttpContext context, UserRecord user, string action, string notice, Func<UsersFileEditor, Task<EditOutcome>> edit, IFormCollection form, string? detail = null)
    {
        var outcome = await edits.UsersAsync(context, action, user.Name, edit, detail);
        if (!outcome.IsDone)
            return pages.Show(context, user.Name, EditAnswers.Code(outcome), EditAnswers.Sentence(outcome, Changed));
        // From the list it leads back there, where the next one waits.
        var path = action == "user.removed" ? UsersEndpoints.Path : form["back"].ToString() is ['?', ..] query && ReturnPath.Checked(UsersEndpoints.Path + query) is not "/" and var back ? back
            : form["back"] == "list" ? UsersEndpoints.Path : UsersEndpoints.PathOf(user.Name);
        return PortalPage.GoTo(Notice.On(path, notice));
    }

    private IResult Refused(HttpContext context, UserRecord user, string sentence) => pages.Show(context, user.Name, StatusCodes.Status409Conflict, sentence);

    private static string Detail(UserChange change)
    {
        var limits = string.Join(' ', change.Limits.Written().Where(field => field.Written is not null).Select(field => $"{field.Name}={field.Written}"));
        return $"{(limits.Length == 0 ? "limits as all" : limits)}; models {(change.Models is null ? "all" : $"[{string.Join(", ", change.Models)}]")}";
    }
}
