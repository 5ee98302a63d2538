using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Portal.Signin.SignUps;
using RemoteLlm.Broker.Portal.Signin.Logins;
using RemoteLlm.Broker.Portal.Signin.Welcome;

namespace RemoteLlm.Broker.Portal.Signin.GitLab;

/// <summary>What somebody is answered who comes back from GitLab.</summary>
internal sealed partial class GitLabAnswers(SignUp signUp, SignUpRules rules, PortalLogins logins, FirstKeys firstKeys, ILogger<GitLabAnswers> logger)
{
    private const int LongestLine = 300;

    /// <summary>To one whom GitLab has named.</summary>
    /// <param name="context">The request.</param>
    /// <param name="person">Who he is.</param>
    /// <param name="returnPath">Where he wanted to go.</param>
    public async Task<IResult> WelcomeAsync(HttpContext context, GitLabPerson person, string? returnPath)
    {
        var outcome = await signUp.AdmitAsync(context, person);
        if (outcome.User is not { } user)
        {
            NotAdmitted(logger, outcome.Admission, person.Id);
            return PortalPage.Of<MessagePage, Message>(context, SignUpMessages.Of(outcome.Admission, person.Id), StatusCodes.Status403Forbidden);
        }

        // An entry is what admits people, and an operator may have written it for one who is on no list: he is let in, and operators can find him.
        var isListed = rules.MayComeIn(person);
        if (!isListed)
            OnNoList(logger, user.Name, person.Id);
        await logins.BeginAsync(context, user, isListed ? "gitlab" : "gitlab; on none of the lists of users and groups");
        if (user.Pending)
            return PortalPage.GoTo(SigninPaths.Pending);
        // The first key is in this answer and nowhere else: a page to which we sent him would have to get it from a cookie or an address.
        return user.Keys.Count == 0 && await firstKeys.MakeAsync(context, user) is ({ } key, _)
            ? firstKeys.Page(context, user, key)
            : PortalPage.GoTo(ReturnPath.Checked(returnPath));
    }

    /// <summary>To one who told GitLab that he does not want to.</summary>
    public static IResult Denied(HttpContext context) => PortalPage.Of<MessagePage, Message>(context, SigninMessages.Denied, StatusCodes.Status403Forbidden);

    /// <summary>To one whose login came to nothing.</summary>
    public async Task<IResult> FailedAsync(HttpContext context, Exception? failure)
    {
        // Timeouts come from the client, above the handler that knows of the others.
        if (failure is GitLabException or TaskCanceledException { InnerException: TimeoutException } or HttpRequestException)
        {
            GitLabInTrouble(logger, Line(failure.InnerException is { } cause ? $"{failure.Message}: {cause.Message}" : failure.Message));
            return PortalPage.Of<MessagePage, Message>(context, SigninMessages.GitLabDown, StatusCodes.Status502BadGateway);
        }

        LoginRefused(logger, Line(failure?.Message ?? ""));
        // A page of a login that was reloaded: who is logged in already has what he wanted.
        return await logins.FindAsync(context) is not null
            ? PortalPage.GoTo("/")
            : PortalPage.Of<MessagePage, Message>(context, SigninMessages.LoginBroken, StatusCodes.Status400BadRequest);
    }

    // The framework's messages have in them what came back from GitLab, whole, or what the browser says that came.
    private static string Line(string text) => string.Concat((text.Length > LongestLine ? text[..LongestLine] + "…" : text).Select(static c => char.IsControl(c) ? ' ' : c));

    [LoggerMessage(1, LogLevel.Warning, "GitLab in trouble {Problem}")]
    private static partial void GitLabInTrouble(ILogger logger, string problem);

    [LoggerMessage(2, LogLevel.Warning, "Login refused {Problem}")]
    private static partial void LoginRefused(ILogger logger, string problem);

    [LoggerMessage(3, LogLevel.Information, "Login not admitted {Admission} {GitLabId}")]
    private static partial void NotAdmitted(ILogger logger, Admission admission, long gitLabId);

    [LoggerMessage(4, LogLevel.Warning, "Login of somebody on none of the lists of users and groups {User} {GitLabId}")]
    private static partial void OnNoList(ILogger logger, string user, long gitLabId);
}
