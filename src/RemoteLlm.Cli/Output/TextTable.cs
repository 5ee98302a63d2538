namespace RemoteLlm.Cli.Output;

/// <summary>Columns for a terminal: a heading, then the rows, each cell as wide as the widest of its column; those from <c>numbersFrom</c> on stand at its right.</summary>
internal static class TextTable
{
    public static void Write(TextWriter output, IReadOnlyList<string> heading, IReadOnlyList<IReadOnlyList<string>> rows, int numbersFrom = int.MaxValue)
    {
        rows = [.. rows.Select(row => row.Select(Printable).ToList())];
        var widths = heading.Select((cell, column) => rows.Select(row => row[column].Length).Append(cell.Length).Max()).ToArray();
        foreach (var row in rows.Prepend(heading))
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => column < numbersFrom ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }
    }

    // Names come from others, and what a terminal obeys must not: no escape sequence, no further line, no text that runs backwards.
    private static string Printable(string cell) => cell.Any(IsObeyed) ? string.Concat(cell.Select(c => IsObeyed(c) ? '\ufffd' : c)) : cell;

    private static bool IsObeyed(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
