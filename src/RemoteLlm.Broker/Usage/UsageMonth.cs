using System.Globalization;

namespace RemoteLlm.Broker.Usage;

/// <summary>A month of the ledger, UTC: it has one file.</summary>
/// <param name="Number">Months since the year 0.</param>
internal readonly record struct UsageMonth(int Number)
{
    private const string Extension = ".jsonl";
    private const string Format = "yyyy-MM";

    /// <summary>The name of its file, such as <c>2026-11.jsonl</c>.</summary>
    public string FileName => $"{First.ToString(Format, CultureInfo.InvariantCulture)}{Extension}";

    /// <summary>Its first day.</summary>
    public DateOnly First => new(Number / 12, (Number % 12) + 1, 1);

    /// <summary>The month of a moment.</summary>
    public static UsageMonth Of(DateTimeOffset time) => Of(DateOnly.FromDateTime(time.UtcDateTime));

    /// <summary>The month of a day.</summary>
    public static UsageMonth Of(DateOnly day) => new((day.Year * 12) + day.Month - 1);

    /// <summary>The month of a file; null where the name is not that of a month's.</summary>
    public static UsageMonth? OfFile(string path) =>
        Path.GetExtension(path) == Extension && DateOnly.TryParseExact(Path.GetFileNameWithoutExtension(path), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            ? Of(first)
            : null;
}
