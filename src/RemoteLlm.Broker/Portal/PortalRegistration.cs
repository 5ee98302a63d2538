using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Broker.Portal.Audit;
using RemoteLlm.Broker.Portal.Keys;
using RemoteLlm.Broker.Portal.Enrolling;
using RemoteLlm.Broker.Portal.Live;
using RemoteLlm.Broker.Portal.Operators.Connectors;
using RemoteLlm.Broker.Portal.Operators.Users;
using RemoteLlm.Broker.Portal.Security;
using RemoteLlm.Broker.Portal.Security.Keys;
using RemoteLlm.Broker.Portal.Signin;
using RemoteLlm.Broker.Portal.Signin.GitLab;
using RemoteLlm.Broker.Portal.Signin.Logins;
using RemoteLlm.Broker.Portal.Signin.SignUps;
using RemoteLlm.Broker.Portal.Signin.Welcome;

namespace RemoteLlm.Broker.Portal;

/// <summary>The portal's parts.</summary>
internal static class PortalRegistration
{
    private static readonly TimeSpan s_idle = TimeSpan.FromHours(12);

    public static void AddPortal(this IServiceCollection services, PortalOptions options)
    {
        var site = new PortalSite(options);
        services.AddSingleton(options);
        services.AddSingleton(site);
        services.AddSingleton(provider => new AuditLog(
            provider.GetRequiredService<AccessFilesOptions>().Folder, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AuditLog>>()));
        services.AddHostedService<FileEdits>();
        services.AddSingleton<PortalEdits>();
        services.AddSingleton<EndedLogins>();
        services.AddSingleton<PortalLogins>();
        services.AddLiveSubjects();
        services.AddSingleton<Enrolments>();
        services.AddSingleton<EnrolmentThrottle>();
        services.AddSingleton(Handed);
        services.AddSingleton<ConnectorTokens>();
        if (!options.IsOn)
            return;

        services.AddHostedService(provider => provider.GetRequiredService<EndedLogins>());
        services.AddSessionKeys(options.SessionSecret);
        services.AddPortalLimits();
        services.AddSingleton<HostCheck>();
        services.AddSingleton<CallbackLimit>();
        services.AddRazorComponents();
        services.AddAntiforgery(forgery =>
        {
            forgery.Cookie.Name = site.Cookie("remotellm-form");
            forgery.Cookie.SecurePolicy = site.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            forgery.Cookie.SameSite = SameSiteMode.Lax;
            forgery.Cookie.Path = "/";
            forgery.HeaderName = "X-Form-Token";
            forgery.FormFieldName = "form_token";
        });
        var authentication = services.AddAuthentication(SigninClaims.Scheme).AddCookie(SigninClaims.Scheme, cookie => SetCookie(cookie, site, options));
        services.AddSingleton<FirstKeys>();
        services.AddSingleton<NamedOperators>();
        if (options.UsesGitLab)
        {
            authentication.AddGitLab(options, site);
            services.AddSingleton<SignUpRules>();
            services.AddSingleton<SignUp>();
            services.AddSingleton<GitLabAnswers>();
            services.AddSingleton<GitLabCheck>();
        }

        services.AddTransient<ViewerMiddleware>();
        services.AddLive();
        services.AddSingleton<KeyForms>();
        services.AddSingleton<KeyMaking>();
        services.AddSingleton<ConnectorPages>();
        services.AddSingleton<UserPages>();
        services.AddSingleton<UserActions>();
    }

    private static HandedTokens Handed(IServiceProvider provider)
    {
        var (sessions, files) = (provider.GetRequiredService<ConnectorSessions>(), provider.GetRequiredService<AccessFiles>());
        var handed = new HandedTokens(provider.GetRequiredService<TimeProvider>());
        sessions.Opened += handed.Connected;
        files.ConnectorsChanged += () => handed.KeepListed(files.Connectors);
        return handed;
    }

    private static void SetCookie(CookieAuthenticationOptions cookie, PortalSite site, PortalOptions options)
    {
        cookie.Cookie.Name = site.Cookie("remotellm");
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = site.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.Path = "/";
        cookie.LoginPath = SigninPaths.Login;
        // Unused for so long, it ends before its time.
        cookie.ExpireTimeSpan = options.SessionLifetime < s_idle ? options.SessionLifetime : s_idle;
        cookie.SlidingExpiration = true;
    }
}
