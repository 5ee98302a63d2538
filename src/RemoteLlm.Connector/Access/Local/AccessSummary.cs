using System.Globalization;

namespace RemoteLlm.Connector.Access.Local;

/// <summary>The owner's rules in one line, for people.</summary>
internal static class AccessSummary
{
    // More of a list than this is for the file to tell.
    private const int MostShown = 5;

    /// <summary>What narrows; null when nothing does.</summary>
    public static string? Of(AccessRules rules)
    {
        var parts = new[]
        {
            rules.Hours is { } hours ? $"hours {List(hours.Spans.Select(static span => span.Text))}{(hours.Zone is { } zone ? $" ({zone.Id})" : "")}" : null,
            rules.Users is { } users ? $"users {List(users)}" : null,
            rules.NotUsers.Count > 0 ? $"not users {List(rules.NotUsers)}" : null,
            rules.Models is { } models ? $"models {List(models)}" : null,
            Of(rules.Limits),
        }.OfType<string>().ToList();
        return parts.Count == 0 ? null : string.Join("; ", parts);
    }

    private static string? Of(LimitBounds bounds)
    {
        var parts = new[]
        {
            Figure(bounds.RequestsPerMinute, "requests a minute"),
            Figure(bounds.Burst, "at once after a rest"),
            Figure(bounds.TokensPerMinute, "tokens a minute"),
            Figure(bounds.ConcurrentRequests, "running"),
        }.OfType<string>().ToList();
        return parts.Count == 0 ? null : $"a user at most {string.Join(", ", parts)}";
    }

    private static string? Figure(double figure, string what) => figure == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{figure:0.##} {what}");

    private static string List(IEnumerable<string> items)
    {
        var all = items.ToList();
        return all.Count == 0 ? "none"
            : all.Count <= MostShown ? string.Join(", ", all)
            : $"{string.Join(", ", all.Take(MostShown))} and {(all.Count - MostShown).ToString(CultureInfo.InvariantCulture)} more";
    }
}
