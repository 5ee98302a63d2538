using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Signin.GitLab;

namespace RemoteLlm.Broker.Portal.Signin.SignUps;

/// <summary>Who may come, and who waits: the settings as answers to questions.</summary>
internal sealed class SignUpRules(PortalOptions options)
{
    /// <summary>Most people who may wait for approval at once. Without a list anybody with an account at GitLab can join them, and each is an entry in <c>users.yaml</c>.</summary>
    public const int MostWaiting = 200;

    private const string PublicGitLab = "gitlab.com";

    private readonly HashSet<string> _users = new(options.AllowedUsers, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the settings make him an operator.</summary>
    /// <param name="name">His entry's name. Not his name at GitLab: that goes to others when he changes it.</param>
    public bool IsOperator(string name) => options.MakesOperator(name);

    /// <summary>Whether he may sign up.</summary>
    public bool MayComeIn(GitLabPerson person) => !IsLimited || IsOperator(person.UserName) || IsListed(person);

    /// <summary>Whether he waits for an operator after he has signed up.</summary>
    public bool MustWait(GitLabPerson person) => !IsOperator(person.UserName) && !(options.ApprovesAtOnce && IsListed(person));

    /// <summary>
    /// Whether an entry without a number becomes his by its name. At gitlab.com anybody can have any name that is free, and an entry is often called after a machine or a nickname: there only whom the
    /// settings name takes one, and an operator's only who is named himself.
    /// </summary>
    public bool MayTake(GitLabPerson person, UserRecord entry) =>
        !options.GitLabUrl.Host.Equals(PublicGitLab, StringComparison.OrdinalIgnoreCase)
        || IsOperator(person.UserName)
        || (entry.Role == UserRole.Operator ? _users.Contains(person.UserName) : IsListed(person));

    private bool IsLimited => options.AllowedUsers.Count > 0 || options.AllowedGroups.Count > 0;

    private bool IsListed(GitLabPerson person) => _users.Contains(person.UserName) || options.AllowedGroups.Any(allowed => person.Groups.Any(group => IsWithin(group, allowed)));

    // The group itself, or one below it. GitLab compares paths without their case.
    private static bool IsWithin(string group, string allowed) =>
        group.StartsWith(allowed, StringComparison.OrdinalIgnoreCase) && (group.Length == allowed.Length || group[allowed.Length] == '/');
}
