using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Broker.Portal.Operators.Users;

/// <summary>The operators' list of users.</summary>
/// <param name="Search">What was searched for.</param>
/// <param name="Show">Which are listed: one of <see cref="Shows"/>.</param>
/// <param name="Counts">How many there are of each, in the order of <see cref="Shows"/>.</param>
/// <param name="Found">How many were found.</param>
/// <param name="Page">Which page of them, from 1.</param>
/// <param name="Pages">How many pages there are; 1 or more.</param>
/// <param name="Rows">Those of this page.</param>
public sealed record UsersModel(string Search, string Show, IReadOnlyList<int> Counts, int Found, int Page, int Pages, IReadOnlyList<UserRow> Rows)
{
    /// <summary>What is wrong with <c>users.yaml</c>, which makes the list older than the file; null for nothing.</summary>
    public FileProblem? FileError { get; init; }

    /// <summary>Users on a page.</summary>
    public const int PageSize = 50;

    /// <summary>Which users can be asked for: the word in the address, and the words on the page.</summary>
    public static IReadOnlyList<(string Value, string Text)> Shows { get; } = [("", "All"), ("pending", "Waiting"), ("blocked", "Blocked"), ("operators", "Operators")];

    /// <summary>The address of the same list with one thing changed.</summary>
    public string With(string? show = null, int page = 1)
    {
        var shown = show ?? Show;
        var fields = new List<string>();
        if (Search.Length > 0)
            fields.Add("q=" + Uri.EscapeDataString(Search));
        if (shown.Length > 0)
            fields.Add("show=" + shown);
        if (page > 1)
            fields.Add("page=" + page.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return fields.Count == 0 ? UsersEndpoints.Path : $"{UsersEndpoints.Path}?{string.Join('&', fields)}";
    }
}

/// <summary>A user in the list.</summary>
/// <param name="Name">Who.</param>
/// <param name="Path">The address of his page.</param>
/// <param name="State">His state.</param>
/// <param name="IsOperator">Whether he runs the broker.</param>
/// <param name="Keys">How many keys he has.</param>
/// <param name="TokensThisMonth">What he used in the month.</param>
/// <param name="CreatedAt">When he was added, if known.</param>
public sealed record UserRow(string Name, string Path, UserState State, bool IsOperator, int Keys, string TokensThisMonth, DateTimeOffset? CreatedAt)
{
    /// <summary>Whose entry it is (<see cref="Access.Users.UserStamp.OfOwner"/>), for its form.</summary>
    public required string Owner { get; init; }
}
