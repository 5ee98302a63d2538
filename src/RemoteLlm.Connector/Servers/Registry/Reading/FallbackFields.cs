using RemoteLlm.Connector.Servers.Registry.Json;

namespace RemoteLlm.Connector.Servers.Registry.Reading;

/// <summary>For models what to use in their place.</summary>
internal static class FallbackFields
{
    private const int MaxModels = 1000;
    private const int MaxEach = 16;
    private const int ServerNameAndSlash = 65;

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Read(JsonFields file)
    {
        var fallbacks = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var members = file.Map("fallbacks", MaxModels);
        foreach (var member in members)
            fallbacks[member.Name] = ReadList(file, member);
        foreach (var member in members.Where(member => ComesBack(member.Name, fallbacks)))
        {
            file.Problems.Warn(
                member.Line, member.Column, $"{JsonPath.Member(file.PathOf("fallbacks"), member.Name)} comes back to itself by way of its fallbacks; each is tried once.");
        }

        return fallbacks;
    }

    private static List<string> ReadList(JsonFields file, PlacedMember member)
    {
        var (path, problems) = (JsonPath.Member(file.PathOf("fallbacks"), member.Name), file.Problems);
        var list = new List<string>();
        if (!member.Value.IsArray || member.Value.Items.Count is 0 or > MaxEach)
        {
            problems.Error(member.Value.Line, member.Value.Column, $"{path} must be a list of 1 to {MaxEach} models, each MODEL or SERVER/MODEL.");
            return list;
        }

        foreach (var item in member.Value.Items)
        {
            if (item.AsOneLine(JsonFields.MaxText + ServerNameAndSlash) is not { } model)
                problems.Error(item.Line, item.Column, $"Each of {path} must be MODEL or SERVER/MODEL.");
            else if (model == member.Name)
                problems.Error(item.Line, item.Column, $"{path} names itself as its own fallback; remove it.");
            else if (list.Contains(model, StringComparer.Ordinal))
                problems.Warn(item.Line, item.Column, $"{path} names this model twice; each is tried once.");
            else
                list.Add(model);
        }

        return list;
    }

    private static bool ComesBack(string model, Dictionary<string, IReadOnlyList<string>> fallbacks)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(fallbacks[model]);
        while (open.TryPop(out var next))
        {
            if (next == model)
                return true;
            if (seen.Add(next) && fallbacks.TryGetValue(next, out var more))
            {
                foreach (var one in more)
                    open.Push(one);
            }
        }

        return false;
    }
}
