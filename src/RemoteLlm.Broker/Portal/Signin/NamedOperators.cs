using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;

namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>Those whom the setting <c>--operators</c> names: whichever way they log in, they are operators from then on.</summary>
internal sealed class NamedOperators(PortalOptions options, AccessFiles files, PortalEdits edits)
{
    /// <summary>Approves somebody who is named and makes an operator of him, if he is not one; anybody else stays as he is.</summary>
    /// <returns>His entry as it is now.</returns>
    public async Task<UserRecord> RaiseAsync(HttpContext context, UserRecord user)
    {
        if (!options.MakesOperator(user.Name) || user is { Pending: false, Role: UserRole.Operator })
            return user;
        // The first operator has nobody who could approve him.
        if (user.Pending)
            await edits.UsersAsync(context, "user.approved", user.Name, users => users.Approve(user.Name, CancellationToken.None), "by the setting --operators");
        if (user.Role != UserRole.Operator)
            await edits.UsersAsync(context, "user.changed", user.Name, users => users.SetRole(user.Name, UserRole.Operator, CancellationToken.None), "role operator by the setting --operators");
        return files.Users.FindUser(user.Name) ?? user;
    }
}
