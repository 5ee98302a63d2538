namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>Finds the names a person may have meant. The work is bounded: few candidates, short names.</summary>
public static class NearMisses
{
    /// <summary>At most this many names are offered.</summary>
    public const int MaxOffered = 3;

    /// <summary>At most this many known names are compared; beyond it a list is no longer read by a person anyway.</summary>
    public const int MaxCompared = 1000;

    /// <summary>Longer names are not compared: 128 × 128 steps are the most that one comparison takes.</summary>
    public const int MaxNameLength = 128;

    /// <summary>The closest of the known names, best first; none when nothing is close.</summary>
    public static IReadOnlyList<string> Find(string wanted, IEnumerable<string> known)
    {
        if (wanted.Length is 0 or > MaxNameLength)
            return [];

        var close = new List<(int Distance, string Name)>();
        foreach (var name in known.Take(MaxCompared).Distinct(StringComparer.Ordinal))
        {
            if (name.Length is > 0 and <= MaxNameLength && Distance(wanted, name) is { } distance)
                close.Add((distance, name));
        }

        return [.. close.OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal).Take(MaxOffered).Select(c => c.Name)];
    }

    /// <summary>
    /// Null when the names are not alike. A name that starts with the other ("llama3" and "llama3:8b", the usual slip with Ollama's
    /// tags) is as near as one typing error; otherwise a third of the letters may differ.
    /// </summary>
    private static int? Distance(string wanted, string name)
    {
        if (name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) || (name.Length > 2 && wanted.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            return 1;

        var allowed = Math.Max(1, Math.Max(wanted.Length, name.Length) / 3);
        if (Math.Abs(wanted.Length - name.Length) > allowed)
            return null;

        var distance = EditDistance(wanted, name);
        return distance <= allowed ? distance : null;
    }

    /// <summary>Levenshtein distance, letter case ignored. R. A. Wagner, M. J. Fischer, "The String-to-String Correction Problem", 1974.</summary>
    private static int EditDistance(string a, string b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
