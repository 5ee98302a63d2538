using System.Buffers;

namespace RemoteLlm.Broker.Usage.Queries;

/// <summary>Rows for spreadsheets: RFC 4180, a heading first, lines ended by CR LF.</summary>
internal static class CsvTable
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    public static void Write(TextWriter output, IReadOnlyList<string> heading, IEnumerable<IReadOnlyList<string>> rows)
    {
        foreach (var row in rows.Prepend(heading))
        {
            output.Write(string.Join(',', row.Select(Cell)));
            output.Write("\r\n");
        }
    }

    // A spreadsheet runs a cell that begins like a formula. Names come from others: such a one gets an apostrophe, which spreadsheets take for "this is text" (OWASP, CSV injection).
    private static string Cell(string text)
    {
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..])
            text = "'" + text;
        return text.AsSpan().ContainsAny(s_quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
