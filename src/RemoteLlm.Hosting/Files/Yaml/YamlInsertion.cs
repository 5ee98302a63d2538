using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Hosting.Files.Yaml;

/// <summary>Adds to a YAML text in the style that it has at that place, and touches nothing else.</summary>
internal static class YamlInsertion
{
    /// <summary>Adds an item to the list <paramref name="name"/> of a mapping; makes the list where there is none or nothing in it.</summary>
    public static string? AddItem(string text, YamlMapping owner, string name, YamlDraft item)
    {
        return owner.Find(name) switch
        {
            null => AddPair(text, owner, name, new YamlDraftSequence(item)),
            { Value: YamlSequence { IsFlow: true } list } pair => AddToFlow(text, owner, pair, list, item),
            { Value: YamlSequence { Items.Count: > 0 } list } => AddAfter(text, list.End, item.OnLinesOf(list, text)),
            { Value.IsNull: true } pair => FillIn(text, owner, pair, new YamlDraftSequence(item)),
            _ => null,
        };
    }

    /// <summary>Adds a name with its value at the end of a mapping.</summary>
    public static string AddPair(string text, YamlMapping owner, string name, YamlDraft value)
    {
        if (owner.IsFlow)
        {
            var written = $"{name}: {value.InFlow()}";
            return owner.Pairs.Count > 0
                ? TextCut.Apply(text, new TextCut(owner.Pairs[^1].End, owner.Pairs[^1].End, ", " + written))
                : TextCut.Apply(text, new TextCut(owner.Start + 1, owner.Start + 1, written));
        }

        return AddAfter(text, owner.End, new YamlDraftMapping((name, value)).OnLines(owner.Column - 1, TextLines.NewLineOf(text)));
    }

    /// <summary>Adds a name with its value to a mapping, right behind another of its names.</summary>
    public static string AddPairBehind(string text, YamlMapping owner, YamlPair neighbour, string name, YamlDraftScalar value) => owner.IsFlow
        ? TextCut.Apply(text, new TextCut(neighbour.End, neighbour.End, $", {name}: {value.Written}"))
        : AddAfter(text, neighbour.End, new YamlDraftMapping((name, value)).OnLines(owner.Column - 1, TextLines.NewLineOf(text)));

    /// <summary>Sets a single value in the place of another, or of none.</summary>
    public static string Replace(string text, YamlScalar old, YamlDraftScalar value) => TextCut.Apply(
        text, new TextCut(old.Start, old.End, old.Start == old.End ? " " + value.Written : value.Written));

    private static string AddAfter(string text, int end, string lines) => TextCut.Apply(text, TextLines.Insert(text, TextLines.After(text, end), lines));

    private static string AddToFlow(string text, YamlMapping owner, YamlPair pair, YamlSequence list, YamlDraft item)
    {
        if (list.Items.Count > 0)
        {
            return TextCut.Apply(text, new TextCut(list.Items[^1].End, list.Items[^1].End, ", " + item.InFlow()));
        }

        var isBare = text.AsSpan(list.Start + 1, list.End - list.Start - 2).IndexOfAnyExcept(' ', '\t') < 0;
        return isBare && !owner.IsFlow
            ? FillIn(text, owner, pair, new YamlDraftSequence(item))
            : TextCut.Apply(text, new TextCut(list.Start + 1, list.Start + 1, item.InFlow()));
    }

    // "name:", "name: ~" or "name: []": the lines go below, and a comment behind the name stays there.
    private static string FillIn(string text, YamlMapping owner, YamlPair pair, YamlDraftSequence list)
    {
        if (owner.IsFlow)
        {
            return TextCut.Apply(text, new TextCut(pair.Value.Start, pair.Value.End, " " + list.InFlow()));
        }

        var below = TextLines.After(text, pair.End);
        return TextCut.Apply(
            text,
            new TextCut(pair.Value.Start, pair.Value.End, ""),
            TextLines.Insert(text, below, list.OnLines(owner.Column + 1, TextLines.NewLineOf(text))));
    }

    private static string OnLinesOf(this YamlDraft item, YamlSequence list, string text) =>
        new YamlDraftSequence(item).OnLines(list.Column - 1, TextLines.NewLineOf(text));
}
