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

    /// <summary>The scheme of our cookie.</summary>
    public const string Scheme = "portal";

    /// <summary>A new login of a user.</summary>
    public static ClaimsPrincipal New(UserRecord user)
    {
        // By the session, the framework ties anti-forgery tokens to one login.
        var claims = new List<Claim> { new(ClaimTypes.NameIdentifier, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))), new(Name, user.Name), new(EntryMade, Made(user)) };
        if (user.GitLabId is { } id)
            claims.Add(new Claim(GitLabId, id.ToString(CultureInfo.InvariantCulture)));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme));
    }

    /// <summary>Who logged in, if his entry is still the one of then and not blocked.</summary>
    public static Viewer? Find(ClaimsPrincipal principal, UserDirectory users)
    {
        if (principal.FindFirstValue(ClaimTypes.NameIdentifier) is not { } session || principal.FindFirstValue(Name) is not { } name)
            return null;
        var user = principal.FindFirstValue(GitLabId) is { } id ? users.FindGitLabId(long.Parse(id, CultureInfo.InvariantCulture)) : users.FindUser(name);
        return user is { Blocked: false } && Made(user) == principal.FindFirstValue(EntryMade) ? new Viewer(user, session) : null;
    }

    private static string Made(UserRecord user) => user.CreatedAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "";
}
