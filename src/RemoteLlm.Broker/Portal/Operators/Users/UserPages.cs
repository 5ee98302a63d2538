using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Home;
using RemoteLlm.Broker.Portal.Keys;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Broker.Usage.History;
using RemoteLlm.Broker.Usage.Spending;

namespace RemoteLlm.Broker.Portal.Operators.Users;

/// <summary>Makes the page of one user.</summary>
internal sealed class UserPages(AccessFiles files, UsageTotals totals, KeyHistory history, PortalOptions options, TimeProvider time)
{
    /// <summary>The page of a user as he is now, or that there is none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">Who.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="problem">Why what was asked was not done; null for nothing.</param>
    /// <param name="typed">What was typed into the form of limits, to be shown instead of what is in force; null for nothing.</param>
    public IResult Show(HttpContext context, string name, int status = StatusCodes.Status200OK, string? problem = null, IFormCollection? typed = null)
    {
        if (files.Users.FindUser(name) is not { } user)
        {
            return PortalPage.Of<MessagePage, Message>(
                context, new Message("No such user", "Nobody of that name is listed: removed, renamed in the file, or never there.", UsersEndpoints.Path, "To all users"), StatusCodes.Status404NotFound);
        }

        var now = time.GetUtcNow();
        var spent = totals.Of(user.Name, DateOnly.FromDateTime(now.UtcDateTime));
        var form = LimitsForm.Of(user);
        return PortalPage.Of<UserPage, UserModel>(
            context,
            new UserModel(
                user.Name,
                user.GitLabId,
                UserState.Of(user),
                user.Role == UserRole.Operator,
                Viewer.Of(context)!.User.Name == user.Name,
                user.IsListed,
                user.CreatedAt,
                Amounts.Short(spent.TokensToday),
                Amounts.Short(spent.TokensThisMonth),
                Amounts.Dollars(spent.CostThisMonth),
                BudgetLines.Of(user, spent),
                [.. user.Keys.Select(key => KeyRow.Of(key, history, now))],
                typed is null ? form : form.Typed(typed)) { Owner = UserStamp.OfOwner(user), IsOperatorBySetting = options.MakesOperator(user.Name) },
            status,
            problem);
    }
}
