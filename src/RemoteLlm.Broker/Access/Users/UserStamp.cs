using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RemoteLlm.Broker.Access.Users;

/// <summary>
/// A short name for what a user's entry says, keys apart: a form carries the one of the entry that it shows, and a change that was made of another entry is refused. Keys are left out, because a
/// user who makes one while an operator looks at him is in nobody's way.
/// </summary>
public static class UserStamp
{
    /// <summary>The stamp of an entry: 16 hex digits.</summary>
    public static string Of(UserRecord user)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{user.Name}\n{user.GitLabId}\n{user.Role}\n{user.Blocked}\n{user.Pending}\n{user.CreatedAt?.UtcTicks}\n");
        foreach (var (name, written) in user.Own.Written())
            text.Append(name).Append('=').Append(written).Append('\n');
        text.Append(user.Models is null ? "all" : string.Join('\n', user.Models.Prepend("only")));
        return Hash(text.ToString());
    }

    /// <summary>The stamp of whose entry it is, whatever it says: one that was removed and made anew under the same name is another. 16 hex digits.</summary>
    public static string OfOwner(UserRecord user) => Hash(string.Create(CultureInfo.InvariantCulture, $"{user.Name}\n{user.GitLabId}\n{user.CreatedAt?.UtcTicks}"));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))[..8]);
}
