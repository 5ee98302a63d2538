using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Signin.Logins;

namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>What a login's cookie says: whose it is and which login, nothing else. All else is looked up with every request.</summary>
internal static class SigninClaims
{
    /// <summary>The user's GitLab number; missing for one who has none.</summary>
    public const string GitLabId = "gitlab_id";

    /// <summary>The entry's name.</summary>
    public const string Name = "name";

    /// <summary>When the entry was made: one that was deleted and made anew is another.</summary>
    public const string EntryMade = "entry_made";

    /// <summary>When he logged in, milliseconds since 1970: no login lasts for ever.</summary>
    public const string At = "at";

    /// <summary>What had ended all his logins of before, and everybody's (<see cref="EndedLogins.TurnOf"/>).</summary>
    public const string Turn = "turn";

    /// <summary>The scheme of our cookie.</summary>
    public const string Scheme = "portal";

    /// <summary>A new login of a user.</summary>
    /// <param name="user">Who.</param>
    /// <param name="turn">What had ended his logins of before.</param>
    /// <param name="now">When.</param>
    public static ClaimsPrincipal New(UserRecord user, string turn, DateTimeOffset now)
    {
        // By the session, the framework ties anti-forgery tokens to one login.
        var claims = new List<Claim>
        {
            new(ClaimTypes.NameIdentifier, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))),
            new(Name, user.Name),
            new(EntryMade, Made(user)),
            new(Turn, turn),
            new(At, now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
        };
        if (user.GitLabId is { } id)
            claims.Add(new Claim(GitLabId, id.ToString(CultureInfo.InvariantCulture)));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme));
    }

    /// <summary>The entry of who logged in, blocked or not, if it is still the one of then.</summary>
    public static UserRecord? FindUser(ClaimsPrincipal principal, UserDirectory users)
    {
        if (principal.FindFirstValue(Name) is not { } name)
            return null;
        var id = principal.FindFirstValue(GitLabId) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : (long?)null;
        var user = id is { } number ? users.FindGitLabId(number) : users.FindUser(name);
        // An entry that has become somebody's at GitLab is another, for one who logged in without.
        return user is not null && user.GitLabId == id && Made(user) == principal.FindFirstValue(EntryMade) ? user : null;
    }

    /// <summary>Which login it is; null for none of ours.</summary>
    public static PortalLogin? FindLogin(ClaimsPrincipal principal) =>
        principal.FindFirstValue(ClaimTypes.NameIdentifier) is { } session && long.TryParse(principal.FindFirstValue(At), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new PortalLogin(session, DateTimeOffset.FromUnixTimeMilliseconds(at), principal.FindFirstValue(Turn) ?? "")
            : null;

    private static string Made(UserRecord user) => user.CreatedAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "";
}
