using System.Globalization;
using RemoteLlm.Broker.Portal.Signin;

namespace RemoteLlm.Broker.Portal.Operators.Settings;

/// <summary>How people log in and who may sign up.</summary>
internal static class LoginFacts
{
    public static IReadOnlyList<SettingsFact> Of(PortalOptions portal, string site)
    {
        if (!portal.UsesGitLab)
            return [new("GitLab", "not set up: --gitlab-client-id names the application"), new("Development login", "on: anybody on this machine logs in under any name")];
        return
        [
            new("GitLab", portal.GitLabUrl.ToString()),
            new("Application id", portal.GitLabClientId!),
            new("Redirect URI there", site + SigninPaths.Callback),
            new("Client secret", portal.GitLabClientSecret is null ? "not set" : "set"),
            new("Session secret", portal.SessionSecret is null ? "not set" : "set"),
            new("Who may sign up", Who(portal)),
            new("Approval", Approval(portal)),
            new("A login lasts", string.Create(CultureInfo.InvariantCulture, $"{portal.SessionLifetime.TotalHours:0.##} hours at most (--session-hours), 12 hours unused")),
            new("Who leaves", "a group or list of the settings is not shut out by that: keys and logins go on working. Block them on their page; the audit log says which logins are of people on no list."),
            new("Operators by setting", portal.Operators.Count == 0 ? "none; users.yaml names them by role" : string.Join(", ", portal.Operators)),
            new("Development login", portal.DevLogin ? "on: anybody on this machine logs in under any name" : "off"),
        ];
    }

    private static string Who(PortalOptions portal)
    {
        var named = new[] { (Word: "users ", List: portal.AllowedUsers), (Word: "members of ", List: portal.AllowedGroups) }.Where(one => one.List.Count > 0).Select(one => one.Word + string.Join(", ", one.List)).ToList();
        return named.Count == 0 ? "everybody at that GitLab, and an operator approves each" : string.Join("; ", named);
    }

    private static string Approval(PortalOptions portal) => portal.ApprovesAtOnce ? "not needed" : "by an operator";
}
