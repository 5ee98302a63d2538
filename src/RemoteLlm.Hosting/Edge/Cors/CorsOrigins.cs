namespace RemoteLlm.Hosting.Edge.Cors;

/// <summary>The web origins (RFC 6454) whose pages may call the API from a browser, as the option <c>--cors-origins</c> lists them.</summary>
/// <param name="Any">Whether all may: <c>*</c>.</param>
/// <param name="Patterns">Otherwise these: <c>https://app.example.org</c>, or <c>https://*.example.org</c> for every name below.</param>
public sealed record CorsOrigins(bool Any, IReadOnlyList<string> Patterns)
{
    /// <summary>Whether a browser's page may call at all.</summary>
    public bool IsEmpty => !Any && Patterns.Count == 0;

    /// <summary>The origins of a setting.</summary>
    /// <param name="setting">Origins, separated by commas; null or empty for none.</param>
    /// <param name="problem">What is wrong with it and what to write instead; null when nothing is.</param>
    public static CorsOrigins Parse(string? setting, out string? problem)
    {
        problem = null;
        var entries = (setting ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var entry in entries)
            problem ??= ProblemOf(entry);
        return new CorsOrigins(entries.Contains("*"), [.. entries.Where(entry => entry != "*")]);
    }

    private static string? ProblemOf(string entry)
    {
        if (entry == "*")
            return null;
        // A browser leaves out the port that the scheme implies, and everything behind it.
        var text = entry.Replace("://*.", "://", StringComparison.Ordinal);
        if (text.Contains('*') || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Host.Length == 0)
            return $"'{entry}' is no origin: give --cors-origins as https://app.example.org, http://localhost:3000, https://*.example.org or *, separated by commas.";
        // What it would be without its mistakes, asterisk included.
        var origin = uri.GetLeftPart(UriPartial.Authority).Replace(uri.UserInfo + "@", "", StringComparison.Ordinal);
        if (text != entry)
            origin = origin.Replace("://", "://*.", StringComparison.Ordinal);
        if (string.Equals(entry, origin, StringComparison.OrdinalIgnoreCase))
            return null;
        return uri.UserInfo.Length == 0 && uri.PathAndQuery + uri.Fragment != "/" ? $"'{entry}' is more than an origin, which ends before the path: give {origin} in --cors-origins."
            : entry.EndsWith('/') ? $"'{entry}' ends in a slash, which no browser sends: give {origin} in --cors-origins."
            : $"'{entry}' is not what a browser sends as its origin: give {origin} in --cors-origins.";
    }
}
