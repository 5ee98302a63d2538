using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using RemoteLlm.Broker.Access.Users;

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

    /// <summary>When he logged in, milliseconds since 1970: what ends logins ends those of before.</summary>
    public const string At = "at";

    /// <summary>The scheme of our cookie.</summary>
    public const string Scheme = "portal";

    /// <summary>A new login of a user.</summary>
    public static ClaimsPrincipal New(UserRecord user, DateTimeOffset now)
    {
        // By the session, the framework ties anti-forgery tokens to one login.
        var claims = new List<Claim>
        {
            new(ClaimTypes.NameIdentifier, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))),
            new(Name, user.Name),
            new(EntryMade, Made(user)),
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
        var user = principal.FindFirstValue(GitLabId) is { } id ? users.FindGitLabId(long.Parse(id, CultureInfo.InvariantCulture)) : users.FindUser(name);
        return user is not null && Made(user) == principal.FindFirstValue(EntryMade) ? user : null;
    }

    /// <summary>Which login it is: its name, and when it was; null for none of ours.</summary>
    public static (string Session, DateTimeOffset At)? FindSession(ClaimsPrincipal principal) =>
        principal.FindFirstValue(ClaimTypes.NameIdentifier) is { } session && long.TryParse(principal.FindFirstValue(At), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? (session, DateTimeOffset.FromUnixTimeMilliseconds(at))
            : null;

    private static string Made(UserRecord user) => user.CreatedAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "";
}
