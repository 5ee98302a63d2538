using RemoteLlm.Connector.Servers.Costs;
using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Servers.Registry.Reading;

/// <summary>What an entry says of a server's models: which may be used, other names for them, context lengths and prices.</summary>
internal static class ModelFields
{
    private const int MaxItems = 1000;
    private const int LongestContext = 100_000_000;

    /// <summary>Dollars per million tokens; the dearest model ever listed cost 600.</summary>
    private const int HighestPrice = 1_000_000;

    public static IReadOnlyList<string>? Models(JsonFields server)
    {
        if (server.Items("models", MaxItems) is not { } items)
            return null;
        var globs = new List<string>();
        foreach (var item in items)
        {
            if (item.AsOneLine(JsonFields.MaxText) is { } glob)
                globs.Add(glob);
            else
                server.Problems.Error(item.Line, item.Column, $"Each of {server.PathOf("models")} must be a model or a pattern with * and ?, a text of 1 to {JsonFields.MaxText} characters.");
        }

        if (items.Count == 0)
            server.Problems.Warn(server.Value("models")!.Line, server.Value("models")!.Column, $"{server.PathOf("models")} is empty, so that no model may be used; remove it to allow all.");
        return globs;
    }

    public static IReadOnlyDictionary<string, string> Aliases(JsonFields server, IReadOnlyList<string>? models)
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in server.Map("aliases", MaxItems))
        {
            var path = JsonPath.Member(server.PathOf("aliases"), member.Name);
            if (member.Value.AsOneLine(JsonFields.MaxText) is not { } model)
                server.Problems.Error(member.Value.Line, member.Value.Column, $"{path} must be the name of a model at this server.");
            else
                aliases[member.Name] = model;
            if (aliases.TryGetValue(member.Name, out var meant) && !ModelGlob.AllowedBy(models, meant))
                server.Problems.Warn(member.Value.Line, member.Value.Column, $"{path} means a model that {server.PathOf("models")} does not allow; add it there.");
        }

        return aliases;
    }

    public static IReadOnlyDictionary<string, int> ContextLengths(JsonFields server)
    {
        var lengths = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var member in server.Map("context_lengths", MaxItems))
        {
            if (member.Value.AsWhole() is { } tokens && tokens is >= 1 and <= LongestContext)
                lengths[member.Name] = (int)tokens;
            else
                server.Problems.Error(member.Value.Line, member.Value.Column, $"{JsonPath.Member(server.PathOf("context_lengths"), member.Name)} must be a number of tokens from 1 to {LongestContext}.");
        }

        return lengths;
    }

    public static IReadOnlyDictionary<string, ModelPrice> Prices(JsonFields server)
    {
        var prices = new Dictionary<string, ModelPrice>(StringComparer.Ordinal);
        foreach (var member in server.Map("prices", MaxItems))
        {
            var path = JsonPath.Member(server.PathOf("prices"), member.Name);
            if (!member.Value.IsObject)
            {
                server.Problems.Error(member.Value.Line, member.Value.Column, $"{path} must be {{\"prompt\": DOLLARS, \"completion\": DOLLARS}} per million tokens.");
                continue;
            }

            var fields = new JsonFields(member.Value, path, "a price", server.Problems);
            var price = new ModelPrice(Needed(fields, "prompt"), fields.Amount("cached", HighestPrice), Needed(fields, "completion"));
            fields.WarnOfOthers();
            prices[member.Name] = price;
        }

        return prices;
    }

    private static decimal Needed(JsonFields price, string name)
    {
        if (price.Value(name) is null)
            price.Error(name, "is missing; write its price in US dollars per million tokens, 0 where it is free.");
        return price.Amount(name, HighestPrice) ?? 0;
    }
}
