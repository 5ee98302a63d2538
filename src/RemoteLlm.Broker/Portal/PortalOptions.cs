namespace RemoteLlm.Broker.Portal;

/// <summary>Settings of the portal: the pages where people log in and make keys. It is off until there is a way to log in.</summary>
public sealed class PortalOptions
{
    /// <summary>Where people reach this broker, such as <c>https://llm.example.org</c>: scheme and host, no path. Null on loopback only: then it is where a request came to.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>The longest <see cref="SessionLifetime"/>, 7 days.</summary>
    public static readonly TimeSpan LongestSession = TimeSpan.FromDays(7);

    /// <summary>The shortest <see cref="SessionLifetime"/>, 1 h: in less nobody gets much done.</summary>
    public static readonly TimeSpan ShortestSession = TimeSpan.FromHours(1);

    /// <summary>The GitLab at which people log in. Default <c>https://gitlab.com</c>.</summary>
    public Uri GitLabUrl { get; set; } = new("https://gitlab.com");

    /// <summary>The application's id there; null = nobody can log in with GitLab.</summary>
    public string? GitLabClientId { get; set; }

    /// <summary>The application's secret. Must not reach a log.</summary>
    public string? GitLabClientSecret { get; set; }

    /// <summary>Longest wait for an answer of GitLab to us. Default 10 s: longer than that nobody looks at a page that does not come.</summary>
    public TimeSpan GitLabTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What cookies are sealed with: 32 characters or more, the same at every start. Must not reach a log.</summary>
    public string? SessionSecret { get; set; }

    /// <summary>
    /// How long a login lasts at most, however busy it is; 1 h to 7 days. Default 7 days: GitLab, which agrees at once while people are logged in there, is asked again after that. Less where people
    /// come and go.
    /// </summary>
    public TimeSpan SessionLifetime { get; set; } = LongestSession;

    /// <summary>GitLab user names who may sign up; empty = not limited by name.</summary>
    public IReadOnlyList<string> AllowedUsers { get; set; } = [];

    /// <summary>Full paths of GitLab groups whose members, those of subgroups included, may sign up; empty = not limited by group.</summary>
    public IReadOnlyList<string> AllowedGroups { get; set; } = [];

    /// <summary>Whether whoever may sign up waits for an operator. Null: <see cref="SignUpApproval.Manual"/>, which it is in any case unless users or groups are named.</summary>
    public SignUpApproval? Approval { get; set; }

    /// <summary>Whether those who may sign up are in at once: only where it is said who they are, so that nobody opens a broker to all of gitlab.com by accident.</summary>
    public bool ApprovesAtOnce => Approval == SignUpApproval.Auto && AllowedUsers.Count + AllowedGroups.Count > 0;

    /// <summary>User names of people who are operators from their next login on.</summary>
    public IReadOnlyList<string> Operators { get; set; } = [];

    /// <summary>Whether a login makes an operator of the entry of this name, whatever the entry says.</summary>
    public bool MakesOperator(string name) => Operators.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Let anybody log in under any name, without GitLab. Development only: refused unless every address is loopback.</summary>
    public bool DevLogin { get; set; }

    /// <summary>Whether anybody can log in.</summary>
    public bool IsOn => GitLabClientId is not null || DevLogin;

    /// <summary>Whether people log in at GitLab.</summary>
    public bool UsesGitLab => GitLabClientId is not null;
}
