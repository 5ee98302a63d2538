using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Usage.Spending;

namespace RemoteLlm.Broker.Portal.Operators.Users;

/// <summary>Finds users for the operators' list: by name or GitLab number, those who wait first.</summary>
internal static class UserListing
{
    /// <summary>Longest text that is searched for.</summary>
    public const int MaxSearch = 100;

    /// <summary>A page of the list.</summary>
    /// <param name="users">All users.</param>
    /// <param name="totals">What they used.</param>
    /// <param name="today">The day, UTC.</param>
    /// <param name="search">A part of the name, or the GitLab number; empty for all.</param>
    /// <param name="show">One of <see cref="UsersModel.Shows"/>; anything else is all.</param>
    /// <param name="page">From 1; what is beyond the last is the last.</param>
    public static UsersModel Of(UserDirectory users, UsageTotals totals, DateOnly today, string search, string show, int page)
    {
        search = search.Trim();
        search = search.Length > MaxSearch ? search[..MaxSearch] : search;
        show = UsersModel.Shows.Any(known => known.Value == show) ? show : "";
        var found = users.Users.Where(user => Is(user, show) && Matches(user, search)).ToList();
        var pages = Math.Max(1, (found.Count + UsersModel.PageSize - 1) / UsersModel.PageSize);
        page = Math.Clamp(page, 1, pages);
        // Only the page's own are put in order.
        var ordered = found.OrderByDescending(user => user.Pending && !user.Blocked).ThenBy(user => user.Name, StringComparer.OrdinalIgnoreCase);
        var rows = ordered.Skip((page - 1) * UsersModel.PageSize).Take(UsersModel.PageSize).Select(user => new UserRow(
            user.Name, UsersEndpoints.PathOf(user.Name), UserState.Of(user), user.Role == UserRole.Operator, user.Keys.Count, Amounts.Short(totals.Of(user.Name, today).TokensThisMonth), user.CreatedAt) { Owner = UserStamp.OfOwner(user) });
        return new UsersModel(search, show, [.. UsersModel.Shows.Select(known => users.Users.Count(user => Is(user, known.Value)))], found.Count, page, pages, [.. rows]);
    }

    private static bool Is(UserRecord user, string show) => show switch
    {
        "pending" => user.Pending && !user.Blocked,
        "blocked" => user.Blocked,
        "operators" => user.Role == UserRole.Operator,
        _ => true,
    };

    private static bool Matches(UserRecord user, string search) =>
        search.Length == 0 || user.Name.Contains(search, StringComparison.OrdinalIgnoreCase) || user.GitLabId?.ToString(System.Globalization.CultureInfo.InvariantCulture) == search;
}
