using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Servers.Registry.Editing;

/// <summary>Adds to a JSON text in the layout that it has at that place, and touches nothing else.</summary>
internal static class JsonInsertion
{
    /// <summary>Adds an item behind the last of a list.</summary>
    public static string AddItem(string text, PlacedJson list, JsonDraft item) =>
        Append(text, list, list.Items.Count > 0 ? (list.Items[^1].Start, list.Items[^1].End) : null, item.OnLines, item.InOneLine);

    /// <summary>Adds a member with a list of one item behind the last of an object.</summary>
    public static string AddList(string text, PlacedJson owner, string name, JsonDraft item) => Append(
        text,
        owner,
        owner.Members.Count > 0 ? (owner.Members[^1].Start, owner.Members[^1].Value.End) : null,
        (layout, indent) => $"{JsonDraft.Text(name)}: {ListOf(layout, indent, item)}",
        () => $"{JsonDraft.Text(name)}: [{item.InOneLine()}]");

    /// <summary>Puts a list of one item in the place of a value.</summary>
    public static string PutList(string text, PlacedJson old, JsonDraft item)
    {
        var layout = new JsonLayout(text);
        return TextCut.Apply(text, new TextCut(old.Start, old.End, ListOf(layout, layout.IndentAt(old.Start), item)));
    }

    /// <summary>Puts an object in the place of another.</summary>
    public static string PutItem(string text, PlacedJson old, JsonDraft item)
    {
        var layout = new JsonLayout(text);
        var written = layout.IsFirstInLine(old.Start) ? item.OnLines(layout, layout.IndentAt(old.Start)) : item.InOneLine();
        return TextCut.Apply(text, new TextCut(old.Start, old.End, written));
    }

    private static string ListOf(JsonLayout layout, string indent, JsonDraft item)
    {
        var inner = indent + layout.Unit;
        return $"[{layout.NewLine}{inner}{item.OnLines(layout, inner)}{layout.NewLine}{indent}]";
    }

    // The comma goes right behind the last element, the new one behind all comments that follow it: they were written about what stands before them.
    private static string Append(string text, PlacedJson owner, (int Start, int End)? last, Func<JsonLayout, string, string> onLines, Func<string> inOneLine)
    {
        var layout = new JsonLayout(text);
        var (from, close) = (last?.End ?? owner.Start + 1, owner.End - 1);
        var gap = new JsonGap(text, from, close);
        var at = gap.EndOfWords;
        var isOnLines = last is null || layout.IsFirstInLine(last.Value.Start) || gap.EndsInLineComment;
        var indent = last is { } element && layout.IsFirstInLine(element.Start) ? layout.IndentAt(element.Start) : layout.IndentAt(owner.Start) + layout.Unit;

        var (added, end) = (isOnLines ? layout.NewLine + indent + onLines(layout, indent) : " " + inOneLine(), at);
        if (gap.Comma >= 0)
            added += ",";
        if (isOnLines && text.AsSpan(at, close - at).IndexOfAny('\r', '\n') < 0)
            (added, end) = (added + layout.NewLine + layout.IndentAt(owner.Start), close);
        return TextCut.Apply(text, new TextCut(from, from, last is not null && gap.Comma < 0 ? "," : ""), new TextCut(at, end, added));
    }
}
