using System.Globalization;
using System.Text.Json;

namespace RemoteLlm.Connector.Servers.Costs;

/// <summary>The text of <c>spending.json</c>: for each server what was spent on each UTC day, US dollars.</summary>
/// <example><c>{"servers":{"openrouter":{"2025-11-30":1.25}}}</c></example>
internal static class SpendingFile
{
    /// <summary>The highest sum of a day that is believed; no sum of sums overflows.</summary>
    private const decimal HighestSum = 1_000_000_000_000;

    private static readonly JsonWriterOptions s_indented = new() { Indented = true };

    /// <summary>Writes the text.</summary>
    public static byte[] Write(IEnumerable<Spending> servers)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, s_indented))
        {
            json.WriteStartObject();
            json.WriteStartObject("servers"u8);
            foreach (var server in servers.OrderBy(server => server.Server, StringComparer.Ordinal))
            {
                json.WriteStartObject(server.Server);
                foreach (var (day, spent) in server.Days())
                    json.WriteNumber(day.ToString("O", CultureInfo.InvariantCulture), spent);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return text.ToArray();
    }

    /// <summary>Reads the text.</summary>
    /// <exception cref="JsonException">It is none that <see cref="Write"/> made.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<DateOnly, decimal>> Read(ReadOnlyMemory<byte> text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("servers"u8, out var servers) || servers.ValueKind != JsonValueKind.Object)
            throw new JsonException("it has no object \"servers\"");
        var all = new Dictionary<string, IReadOnlyDictionary<DateOnly, decimal>>();
        foreach (var server in servers.EnumerateObject())
            all[server.Name] = DaysOf(server.Value);
        return all;
    }

    private static Dictionary<DateOnly, decimal> DaysOf(JsonElement server)
    {
        if (server.ValueKind != JsonValueKind.Object)
            throw new JsonException("a server is no object");
        var days = new Dictionary<DateOnly, decimal>();
        foreach (var day in server.EnumerateObject())
        {
            if (!DateOnly.TryParseExact(day.Name, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                throw new JsonException("a day is no date");
            if (day.Value.ValueKind != JsonValueKind.Number || !day.Value.TryGetDecimal(out var spent) || spent is < 0 or > HighestSum)
                throw new JsonException("a sum is no number from 0 to a million million");
            days[date] = spent;
        }

        return days;
    }
}
