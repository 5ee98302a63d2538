using System.Globalization;
using System.Text;

namespace RemoteLlm.Broker.Portal.Usage;

/// <summary>Addresses of the usage page.</summary>
internal static class UsageLink
{
    /// <summary>The page.</summary>
    public const string Page = "/usage";

    /// <summary>The same for spreadsheets.</summary>
    public const string Table = "/usage.csv";

    /// <summary>The field of a key of which the ledger has nothing but the name.</summary>
    public const string Key = "key";

    /// <summary>The field of a key that the ledger knows by its id.</summary>
    public const string KeyId = "key_id";

    /// <summary>In the place of a user's name. No name at GitLab has it.</summary>
    public const string Everybody = "*";

    /// <summary>An address.</summary>
    /// <param name="path">Of the page or the table.</param>
    /// <param name="user">Whose usage; null for one's own.</param>
    /// <param name="span">How many days.</param>
    /// <param name="model">Only of this model; null for all.</param>
    /// <param name="key">Only by this key; null for all.</param>
    public static string To(string path, string? user, int span, string? model, UsageKey? key)
    {
        var link = new StringBuilder(path).Append(CultureInfo.InvariantCulture, $"?days={span}");
        foreach (var (name, value) in new[] { ("user", user), ("model", model), (Key, key?.Id is null ? key?.Name : null), (KeyId, key?.Id) })
        {
            if (value is not null)
                link.Append(CultureInfo.InvariantCulture, $"&{name}={Uri.EscapeDataString(value)}");
        }

        return link.ToString();
    }
}
