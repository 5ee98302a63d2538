using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Audit;

namespace RemoteLlm.Broker.Portal.Signin.Logins;

/// <summary>Begins logins, ends them, and says of a cookie whose it is now.</summary>
internal sealed class PortalLogins(AccessFiles files, EndedLogins ended, AuditLog audit, TimeProvider time)
{
    /// <summary>Logs somebody in at this browser, and makes him the viewer of this request's answer. A login that the browser had is left to its end: it may be another person's.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Who.</param>
    /// <param name="how">By which login, for the audit log.</param>
    public async Task BeginAsync(HttpContext context, UserRecord user, string how)
    {
        var principal = SigninClaims.New(user, ended.TurnOf(user.Name), time.GetUtcNow());
        await context.SignInAsync(SigninClaims.Scheme, principal);
        context.User = principal;
        context.Features.Set(Find(principal));
        audit.Write(new AuditEntry(user.Name, "login", user.Name, how, context.Connection.RemoteIpAddress?.ToString()));
    }

    /// <summary>Logs out. The cookie is no good any more, wherever a copy of it is.</summary>
    public async Task EndAsync(HttpContext context)
    {
        if (Viewer.Of(context) is { } viewer && SigninClaims.FindLogin(context.User) is { } login)
            ended.End(viewer.User.Name, login);
        await context.SignOutAsync(SigninClaims.Scheme);
    }

    /// <summary>Whose login it is; null where it has ended or its user is blocked or gone.</summary>
    public Viewer? Find(ClaimsPrincipal principal) =>
        SigninClaims.FindUser(principal, files.Users) is { Blocked: false } user && SigninClaims.FindLogin(principal) is { } login && !ended.IsOver(user.Name, login)
            ? new Viewer(user, login.Session)
            : null;

    /// <summary>Whose login this browser has, where nothing has looked yet.</summary>
    public async Task<Viewer?> FindAsync(HttpContext context) => await context.AuthenticateAsync(SigninClaims.Scheme) is { Principal: { } principal } ? Find(principal) : null;
}
