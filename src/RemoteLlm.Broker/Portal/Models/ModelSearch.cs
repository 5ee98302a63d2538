namespace RemoteLlm.Broker.Portal.Models;

/// <summary>Finds models by what the page says of them.</summary>
internal static class ModelSearch
{
    /// <summary>Longest text that is searched for.</summary>
    public const int MaxLength = 100;

    /// <summary>The models in which every word stands: in the name, as a part of it; else as the beginning of an ability, a connector's name or a size.</summary>
    /// <param name="rows">All models.</param>
    /// <param name="search">Words; empty finds all.</param>
    public static IReadOnlyList<ModelRow> Find(IReadOnlyList<ModelRow> rows, string search)
    {
        var words = search.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? rows : [.. rows.Where(row => Array.TrueForAll(words, word => Has(row, word)))];
    }

    /// <summary>What came as a search, as it is shown and searched for.</summary>
    public static string Cleaned(string search)
    {
        search = search.Trim();
        return search.Length > MaxLength ? search[..MaxLength] : search;
    }

    private static bool Has(ModelRow row, string word) =>
        row.Id.Contains(word, StringComparison.OrdinalIgnoreCase)
        || row.Abilities.Concat(row.Connectors).Concat(row.Build?.Split(' ') ?? []).Any(said => said.StartsWith(word, StringComparison.OrdinalIgnoreCase));
}
