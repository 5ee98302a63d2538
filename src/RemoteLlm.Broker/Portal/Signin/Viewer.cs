using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access.Users;

namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>Who is logged in, as the files have him at this moment.</summary>
/// <param name="User">The user's entry.</param>
/// <param name="Session">Name of this login: random, no secret.</param>
public sealed record Viewer(UserRecord User, string Session)
{
    /// <summary>Whether operators' pages are open to him.</summary>
    public bool IsOperator => User is { Role: UserRole.Operator, Pending: false };

    /// <summary>Who is logged in at a request; null for nobody.</summary>
    public static Viewer? Of(HttpContext context) => context.Features.Get<Viewer>();
}
