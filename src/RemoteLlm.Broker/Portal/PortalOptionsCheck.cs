using System.Net;
using System.Text.RegularExpressions;
using RemoteLlm.Hosting.Configuration;

namespace RemoteLlm.Broker.Portal;

/// <summary>Says what is wrong with the portal's settings.</summary>
internal static partial class PortalOptionsCheck
{
    private const int ShortestSecret = 32;

    /// <summary>Checks them.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="loopbackOnly">Whether the broker listens on loopback alone.</param>
    /// <exception cref="SettingException">One is wrong; the message says which and what to do, and shows no secret.</exception>
    public static void Check(PortalOptions options, bool loopbackOnly)
    {
        if (Problem(options, loopbackOnly) is { } problem)
            throw new SettingException(problem);
    }

    private static string? Problem(PortalOptions options, bool loopbackOnly) => ProblemOfDevLogin(options, loopbackOnly) ?? ProblemOfPublicUrl(options) ?? ProblemOfGitLab(options, loopbackOnly) ?? ProblemOfSessions(options) ?? ProblemOfSignUp(options);

    private static string? ProblemOfDevLogin(PortalOptions options, bool loopbackOnly) => options switch
    {
        { DevLogin: false } => null,
        _ when !loopbackOnly => "--dev-login lets anybody in under any name, so it works on loopback only: remove it, or listen at http://127.0.0.1:5080.",
        { PublicUrl: { } url } when !IsLoopback(url) => $"--dev-login lets anybody in under any name, and --public-url {url} says that others reach this broker: remove one of the two.",
        _ => null,
    };

    private static string? ProblemOfPublicUrl(PortalOptions options) => options.PublicUrl switch
    {
        null => null,
        { UserInfo.Length: > 0 } or { PathAndQuery: not "/" } or { Fragment.Length: > 0 } => "--public-url is a scheme and a host, without a path: https://llm.example.org.",
        { Scheme: "http" } url when !IsLoopback(url) => $"--public-url {url} is not https: cookies of logins would cross the line readable. Put a proxy with TLS in front (see deploy/), and give its address.",
        _ => null,
    };

    private static string? ProblemOfGitLab(PortalOptions options, bool loopbackOnly)
    {
        if (!options.UsesGitLab)
        {
            return options.GitLabClientSecret is not null || options.AllowedUsers.Count + options.AllowedGroups.Count > 0
                ? "there are settings of a login with GitLab but no --gitlab-client-id: add the id of the application at GitLab, or remove them."
                : null;
        }

        return options switch
        {
            { GitLabClientSecret: null } => "--gitlab-client-id needs the application's secret: set REMOTELLM_GITLAB_CLIENT_SECRET, or name a file in --gitlab-client-secret-file.",
            { SessionSecret: null } => "the portal needs a session secret, the same at every start: set REMOTELLM_SESSION_SECRET to what `openssl rand -hex 32` prints, or name a file in --session-secret-file.",
            { SessionSecret.Length: < ShortestSecret } => $"the session secret has fewer than {ShortestSecret} characters: take what `openssl rand -hex 32` prints.",
            { PublicUrl: null } when !loopbackOnly => "--gitlab-client-id needs --public-url: the address, such as https://llm.example.org, to which GitLab sends people back.",
            { GitLabUrl: { Query.Length: > 0 } or { UserInfo.Length: > 0 } } => "--gitlab-url is an address such as https://gitlab.com, without a query or a password.",
            _ => null,
        };
    }

    private static string? ProblemOfSessions(PortalOptions options) =>
        options.SessionLifetime < PortalOptions.ShortestSession || options.SessionLifetime > PortalOptions.LongestSession
            ? $"--session-hours is {options.SessionLifetime.TotalHours:0.##}: give 1 to {PortalOptions.LongestSession.TotalHours}, how long a login lasts at most."
            : null;

    private static string? ProblemOfSignUp(PortalOptions options)
    {
        if (options.AllowedUsers.Concat(options.Operators).FirstOrDefault(name => !UserName().IsMatch(name)) is { } user)
            return $"'{user}' is no GitLab user name: give --gitlab-allowed-users and --operators as alice,bob.";
        return options.AllowedGroups.FirstOrDefault(group => !GroupPath().IsMatch(group)) is { } path ? $"'{path}' is no path of a GitLab group: give --gitlab-allowed-groups as acme,acme/research." : null;
    }

    private static bool IsLoopback(Uri url) => url.IsLoopback || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,254}\z", RegexOptions.NonBacktracking)]
    private static partial Regex UserName();

    [GeneratedRegex(@"^[A-Za-z0-9_.][A-Za-z0-9_.\-]*(?:/[A-Za-z0-9_.][A-Za-z0-9_.\-]*)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex GroupPath();
}
