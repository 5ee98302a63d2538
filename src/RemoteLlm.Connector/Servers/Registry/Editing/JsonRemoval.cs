using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Servers.Registry.Editing;

/// <summary>Takes an item out of a list in a JSON text, with its comma and its lines. Comments beside it stay; those inside it go with it.</summary>
internal static class JsonRemoval
{
    public static string RemoveItem(string text, PlacedJson list, int index)
    {
        var item = list.Items[index];
        var next = index + 1 < list.Items.Count ? list.Items[index + 1].Start : list.End - 1;
        var comma = new JsonGap(text, item.End, next).Comma;
        if (comma >= 0)
            return IsBlank(text, item.End, comma) ? Cut(text, item.Start, comma + 1) : Cut(text, item.Start, item.End, comma);
        if (index == 0)
            return Cut(text, item.Start, item.End);

        // The last one: the comma before it goes.
        var before = new JsonGap(text, list.Items[index - 1].End, item.Start).Comma;
        return IsBlank(text, before + 1, item.Start) && text.AsSpan(before, item.Start - before).IndexOfAny('\r', '\n') < 0
            ? TextCut.Apply(text, new TextCut(before, item.End, ""))
            : Cut(text, item.Start, item.End, before);
    }

    private static string Cut(string text, int start, int end, int comma = -1)
    {
        var rest = end;
        while (rest < text.Length && text[rest] is ' ' or '\t')
            rest++;
        var endsLine = rest == text.Length || text[rest] is '\r' or '\n';
        var item = endsLine && new JsonLayout(text).IsFirstInLine(start)
            ? new TextCut(TextLines.StartOf(text, start), TextLines.After(text, rest), "")
            : new TextCut(start, endsLine ? end : rest, "");
        return comma < 0 ? TextCut.Apply(text, item) : TextCut.Apply(text, item, new TextCut(comma, comma + 1, ""));
    }

    private static bool IsBlank(string text, int start, int end) => text.AsSpan(start, end - start).IsWhiteSpace();
}
