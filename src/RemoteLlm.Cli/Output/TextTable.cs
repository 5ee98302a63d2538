namespace RemoteLlm.Cli.Output;

/// <summary>Columns for a terminal: a heading, then the rows, each cell as wide as the widest of its column; those from <c>numbersFrom</c> on stand at its right.</summary>
internal static class TextTable
{
    public static void Write(TextWriter output, IReadOnlyList<string> heading, IReadOnlyList<IReadOnlyList<string>> rows, int numbersFrom = int.MaxValue)
    {
        var widths = heading.Select((cell, column) => rows.Select(row => row[column].Length).Append(cell.Length).Max()).ToArray();
        foreach (var row in rows.Prepend(heading))
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => column < numbersFrom ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }
    }
}
