using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace RemoteLlm.Broker.Portal.Signin.GitLab;

/// <summary>The login at GitLab: OAuth 2.0 with code, state and PKCE (RFC 6749, RFC 7636), by the framework's handler.</summary>
internal static class GitLabLogin
{
    /// <summary>The scheme's name.</summary>
    public const string Scheme = "gitlab";

    // Longer than this nobody waits at a blank page; GitLab answers in a fraction of a second.
    private const long MostOfAnAnswer = 1 << 20;

    // From the click on "Log in" to the return: time enough to find a second factor.
    private static readonly TimeSpan s_mostOfALogin = TimeSpan.FromMinutes(15);

    /// <summary>Adds it.</summary>
    public static void AddGitLab(this AuthenticationBuilder authentication, PortalOptions options, PortalSite site) =>
        authentication.AddOAuth<OAuthOptions, OAuthHandler<OAuthOptions>>(Scheme, oauth => Set(oauth, options, site));

    private static void Set(OAuthOptions oauth, PortalOptions options, PortalSite site)
    {
        var gitLab = new GitLabAddress(options.GitLabUrl);
        oauth.AuthorizationEndpoint = gitLab.Authorize.ToString();
        oauth.TokenEndpoint = gitLab.Token.ToString();
        oauth.ClientId = options.GitLabClientId!;
        oauth.ClientSecret = options.GitLabClientSecret!;
        oauth.CallbackPath = SigninPaths.Callback;
        oauth.UsePkce = true;
        oauth.SaveTokens = false;
        oauth.Scope.Add("read_user");
        var withGroups = options.AllowedGroups.Count > 0;
        if (withGroups)
            oauth.Scope.Add("openid");

        oauth.RemoteAuthenticationTimeout = s_mostOfALogin;
        oauth.Backchannel = new HttpClient(new GitLabBackchannel()) { Timeout = options.GitLabTimeout, MaxResponseContentBufferSize = MostOfAnAnswer };
        oauth.Backchannel.DefaultRequestHeaders.UserAgent.ParseAdd("remotellm");

        // GitLab sends people back by a link, with which Lax cookies come along; the framework's default is for forms of other sites.
        oauth.CorrelationCookie.Name = site.Cookie("remotellm-login.");
        oauth.CorrelationCookie.Path = "/";
        oauth.CorrelationCookie.SameSite = SameSiteMode.Lax;
        oauth.CorrelationCookie.SecurePolicy = site.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;

        oauth.Events.OnCreatingTicket = async context => context.HttpContext.Features.Set(
            await GitLabProfile.ReadAsync(context.Backchannel, gitLab, context.AccessToken!, withGroups, context.HttpContext.RequestAborted));
        oauth.Events.OnTicketReceived = async context =>
        {
            context.HandleResponse();
            var answers = context.HttpContext.RequestServices.GetRequiredService<GitLabAnswers>();
            await (await answers.WelcomeAsync(context.HttpContext, context.HttpContext.Features.Get<GitLabPerson>()!, context.ReturnUri)).ExecuteAsync(context.HttpContext);
        };
        oauth.Events.OnAccessDenied = async context =>
        {
            context.HandleResponse();
            await GitLabAnswers.Denied(context.HttpContext).ExecuteAsync(context.HttpContext);
        };
        oauth.Events.OnRemoteFailure = async context =>
        {
            context.HandleResponse();
            var answers = context.HttpContext.RequestServices.GetRequiredService<GitLabAnswers>();
            await (await answers.FailedAsync(context.HttpContext, context.Failure)).ExecuteAsync(context.HttpContext);
        };
    }
}
