using RemoteLlm.Hosting.Files.Edited;
using RemoteLlm.Hosting.Files.Yaml;

namespace RemoteLlm.Connector.Access.Local;

/// <summary>Reads <c>access.yaml</c>.</summary>
internal static class AccessYaml
{
    /// <summary>The file's name in the data folder.</summary>
    public const string Name = "access.yaml";

    private const string SpanForm = "Each of hours must be a span such as \"08:00-20:00\" or \"mon-fri 18:00-08:00\" (days: mon tue wed thu fri sat sun; to the end of a day: 24:00).";

    private static readonly string[] s_lists = ["hours", "users", "not_users", "models"];

    /// <summary>The rules that a text describes, or every error in it.</summary>
    public static FileReading<AccessRules> Parse(string text)
    {
        var (root, broken) = YamlTree.Read(Name, text);
        if (root is null)
            return new FileReading<AccessRules>(null, [broken!], []);
        var problems = new FileProblems(Name);
        var rules = Read(root, problems);
        return new FileReading<AccessRules>(problems.Errors.Count > 0 ? null : rules, problems.Errors, problems.Warnings);
    }

    private static AccessRules Read(YamlMapping root, FileProblems problems)
    {
        var fields = new FieldReader(root, "this file", problems);
        var zone = ReadZone(fields, problems);
        var rules = new AccessRules
        {
            Paused = fields.Flag("paused") ?? false,
            Hours = ReadHours(fields, problems) is { } spans ? new SharingHours(spans, zone) : null,
            Users = LowerCase(fields.Texts("users")),
            NotUsers = LowerCase(fields.Texts("not_users")) ?? [],
            Models = fields.Texts("models"),
            Limits = ReadLimits(fields.Fields("limits", "limits")),
        };
        fields.WarnOfOthers();
        // All items taken out by a number sign: that may mean everything or nothing, and it does mean everything.
        foreach (var pair in root.Pairs.Where(static pair => pair.Value.IsNull && s_lists.Contains(pair.Key.Value)))
            problems.Warn(pair.Key, $"{pair.Key.Value} has nothing behind it and narrows nothing; write [] for an empty list, which allows nothing, or remove the line.");
        // Without allocations afterwards: see LocalAccess.Narrow.
        return rules == AccessRules.None ? AccessRules.None : rules;
    }

    private static List<HourSpan>? ReadHours(FieldReader fields, FileProblems problems)
    {
        if (fields.List("hours") is not { } list)
            return null;
        var spans = new List<HourSpan>(list.Items.Count);
        foreach (var item in list.Items)
        {
            if (item is YamlScalar scalar && HourSpan.Parse(scalar.Value) is { } span)
                spans.Add(span);
            else
                problems.Error(item, SpanForm);
        }

        return spans;
    }

    private static TimeZoneInfo? ReadZone(FieldReader fields, FileProblems problems)
    {
        if (fields.Text("time_zone") is not { } name)
            return null;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
            return zone;
        problems.Error(fields.Node("time_zone")!, "time_zone must be a name such as Europe/Berlin or UTC that this machine knows; without the line it is the machine's own.");
        return null;
    }

    private static LimitBounds ReadLimits(FieldReader? fields)
    {
        if (fields is null)
            return LimitBounds.None;
        var bounds = new LimitBounds(fields.Amount("requests_per_minute") ?? 0, fields.Count("burst") ?? 0, fields.LongCount("tokens_per_minute") ?? 0, fields.Count("concurrent_requests") ?? 0);
        fields.WarnOfOthers();
        return bounds;
    }

    private static IReadOnlyList<string>? LowerCase(IReadOnlyList<string>? globs) => globs is null ? null : [.. globs.Select(static glob => glob.Trim().ToLowerInvariant())];
}
